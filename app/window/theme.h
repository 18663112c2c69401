// The theme a person chose, kept in the settings, and the language.
#pragma once

#include "widgets/look.h"

class QString;

namespace quell {

void applyTheme();          // the one chosen; at first the system's
look::Theme nextTheme();    // system → light → dark → system; applied at once
void setTheme(look::Theme theme);
// Loads Qt's and our translations of a language ("de", "en"; empty: the system's), live.
void setLanguage(const QString &language);

} // namespace quell
