// Colours that carry meaning, spacing, and the two themes. Colour never stands alone: shape, dash or word beside it.
#pragma once

#include <QColor>
#include <QIcon>
#include <QPalette>

class QApplication;

namespace quell::look {

enum class Meaning { Lower, Upper, Kept, Suppressed, Warning, Teacher, Reference, Accent, Layers };
// The set is safe for colour-blind eyes; lightened on a dark palette so that it keeps its contrast.
QColor color(Meaning meaning, const QPalette &palette);
bool isDark(const QPalette &palette);
QColor border(const QPalette &palette), faint(const QPalette &palette); // lines of cards; secondary text
QColor behindPictures(); // the same neutral grey in both themes

constexpr int gap = 8, padding = 12, margin = 16; // logical pixels; steps of 4
constexpr double captionScale = 0.9, titleScale = 1.35; // of the system font

enum class Theme { System, Light, Dark };
void apply(QApplication &application, Theme theme); // Fusion, palette and the little style sheet; live
// An SVG of resources/icons (compiled in as :/icons/NAME.svg), drawn in the palette's text colour, at any scale.
QIcon icon(const QString &name);
QIcon appIcon(); // in its own colours

} // namespace quell::look
