// The theme a person chose, kept in the settings, and the language.
#pragma once

#include "widgets/look.h"

class QString;

namespace quell {

void applyTheme();          // the one chosen; at first the system's
look::Theme nextTheme();    // system → light → dark → system; applied at once
void setTheme(look::Theme theme);
// Loads Qt's and our translations of the language chosen; at first the system's.
void applyLanguage();
QString chosenLanguage(); // "en" or "de"
void chooseLanguage(const QString &language); // from the next start on

} // namespace quell
