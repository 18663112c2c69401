// The manual, resources/manual/LANGUAGE.md, in a window of its own.
#pragma once

class QWidget;

namespace quell {

void showManual(QWidget *parent);

} // namespace quell
