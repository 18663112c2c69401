#include "widgets/look.h"

#include <QApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QStyle>
#include <QStyleFactory>
#include <QSvgRenderer>

// A library's resources are only linked in where they are named, and that outside of any namespace.
static void linkIcons()
{
    Q_INIT_RESOURCE(icons);
}

namespace quell::look {
namespace {

QColor onLight(Meaning meaning)
{
    switch (meaning) {
    case Meaning::Lower: return QColor(0x00, 0x72, 0xB2);
    case Meaning::Upper: return QColor(0xD5, 0x5E, 0x00);
    case Meaning::Kept: return QColor(0x00, 0x9E, 0x73);
    case Meaning::Suppressed: return QColor(0xCC, 0x79, 0xA7);
    case Meaning::Warning: return QColor(0xE6, 0x9F, 0x00);
    case Meaning::Teacher: return QColor(0x80, 0x80, 0x80);
    case Meaning::Reference: return QColor(0x56, 0xB4, 0xE9);
    case Meaning::Accent: return QColor(0x3B, 0x5B, 0x8C);
    case Meaning::Layers: return QColor(0xCC, 0x79, 0xA7);
    }
    return {};
}

QColor onDark(Meaning meaning)
{
    switch (meaning) {
    case Meaning::Lower: return QColor(0x3F, 0xA7, 0xE0);
    case Meaning::Upper: return QColor(0xF2, 0x8C, 0x3C);
    case Meaning::Kept: return QColor(0x2B, 0xC4, 0x98);
    case Meaning::Suppressed: return QColor(0xE0, 0x96, 0xBE);
    case Meaning::Reference: return QColor(0x9C, 0xD3, 0xF5);
    case Meaning::Accent: return QColor(0x8F, 0xB3, 0xE3);
    default: return onLight(meaning);
    }
}

QPalette paletteFor(bool dark)
{
    const QColor window = dark ? QColor(0x1A, 0x1B, 0x1D) : QColor(0xF3, 0xF3, 0xF1), base = dark ? QColor(0x24, 0x26, 0x29) : QColor(Qt::white);
    const QColor text = dark ? QColor(0xE6, 0xE6, 0xE4) : QColor(0x1C, 0x1C, 0x1A), dim = dark ? QColor(0x77, 0x79, 0x7C) : QColor(0xA0, 0xA0, 0x9A);
    const QColor accent = dark ? onDark(Meaning::Accent) : onLight(Meaning::Accent), onAccent = dark ? QColor(0x12, 0x16, 0x1C) : QColor(Qt::white);
    QPalette palette;
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, dark ? QColor(0x2C, 0x2F, 0x32) : QColor(0xE9, 0xE9, 0xE5));
    palette.setColor(QPalette::Button, base);
    palette.setColor(QPalette::ToolTipBase, base);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText, QPalette::BrightText})
        palette.setColor(role, text);
    palette.setColor(QPalette::PlaceholderText, dark ? QColor(0x9A, 0x9C, 0x9E) : QColor(0x6B, 0x6B, 0x66));
    palette.setColor(QPalette::Highlight, accent);
    palette.setColor(QPalette::HighlightedText, onAccent);
    palette.setColor(QPalette::Link, accent);
    palette.setColor(QPalette::LinkVisited, accent);
    palette.setColor(QPalette::Light, dark ? QColor(0x3A, 0x3D, 0x41) : QColor(Qt::white));
    palette.setColor(QPalette::Midlight, dark ? QColor(0x32, 0x35, 0x38) : QColor(0xE9, 0xE9, 0xE5));
    palette.setColor(QPalette::Mid, dark ? QColor(0x3A, 0x3D, 0x41) : QColor(0xD8, 0xD8, 0xD3));
    palette.setColor(QPalette::Dark, dark ? QColor(0x4A, 0x4D, 0x51) : QColor(0xB8, 0xB8, 0xB2));
    palette.setColor(QPalette::Shadow, dark ? QColor(Qt::black) : QColor(0x90, 0x90, 0x8A));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, dim);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, dim);
    return palette;
}

// Little more than rounded frames; everything else is Fusion's. Spacing is in multiples of 4.
QString styleSheet(const QPalette &palette)
{
    const auto name = [](const QColor &color) { return color.name(); };
    return QStringLiteral(
               "QFrame#card { background: %1; border: 1px solid %2; border-radius: 8px; }"
               "QLabel[faint=\"true\"] { color: %3; }"
               "QPushButton, QToolButton[chip=\"true\"] { background: %1; border: 1px solid %2; border-radius: 6px; padding: 4px 12px; }"
               "QPushButton:hover, QToolButton[chip=\"true\"]:hover { border-color: %4; }"
               "QPushButton:focus, QToolButton[chip=\"true\"]:focus { border: 1px solid %4; }"
               "QPushButton:checked, QToolButton[chip=\"true\"]:checked { background: %5; border-color: %4; }"
               "QPushButton:pressed { background: %5; }"
               "QPushButton:disabled { color: %6; }"
               "QPushButton[primary=\"true\"] { background: %4; color: %7; border-color: %4; font-weight: 600; }"
               "QPushButton[primary=\"true\"]:focus { border: 2px solid %8; padding: 3px 11px; }"
               "QPushButton[primary=\"true\"]:disabled { background: %5; color: %6; border-color: %2; }"
               "QToolTip { background: %1; color: %8; border: 1px solid %2; padding: 4px; }"
               "QScrollArea { border: none; background: transparent; }")
        .arg(name(palette.color(QPalette::Base)), name(border(palette)), name(faint(palette)), name(palette.color(QPalette::Highlight)),
             name(palette.color(QPalette::AlternateBase)), name(palette.color(QPalette::Disabled, QPalette::Text)), name(palette.color(QPalette::HighlightedText)),
             name(palette.color(QPalette::Text)));
}

// Qt 6.4 cannot tell the system's colour scheme: ask what desktops set for programs, and else the palette that Qt was given.
bool systemIsDark()
{
    const auto theme = qEnvironmentVariable("GTK_THEME");
    if (!theme.isEmpty())
        return theme.contains(QLatin1String("dark"), Qt::CaseInsensitive);
    static const bool startedDark = isDark(QApplication::palette());
    return startedDark;
}

// Paints the SVG as a mask in the text colour of the palette at hand.
class TintedIcon : public QIconEngine {
public:
    explicit TintedIcon(QString file) : m_file(std::move(file)) {}
    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const auto scale = painter->device()->devicePixelRatio();
        painter->drawPixmap(rect, tinted(rect.size() * scale, mode));
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State) override { return tinted(size, mode); }
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State, qreal) override { return tinted(size, mode); }
    QIconEngine *clone() const override { return new TintedIcon(*this); }
    QString iconName() override { return m_file; }

private:
    QPixmap tinted(const QSize &size, QIcon::Mode mode) const
    {
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        const auto color = QApplication::palette().color(group, mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::ButtonText);
        const auto key = QStringLiteral("%1 %2 %3 %4").arg(m_file, color.name()).arg(size.width()).arg(size.height());
        QPixmap pixmap;
        if (QPixmapCache::find(key, &pixmap))
            return pixmap;
        QImage image(size, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        QSvgRenderer(m_file).render(&painter, QRectF(QPointF(0, 0), QSizeF(size)));
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(image.rect(), color);
        painter.end();
        pixmap = QPixmap::fromImage(image);
        QPixmapCache::insert(key, pixmap);
        return pixmap;
    }
    QString m_file;
};

} // namespace

QColor color(Meaning meaning, const QPalette &palette)
{
    return isDark(palette) ? onDark(meaning) : onLight(meaning);
}

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

QColor border(const QPalette &palette) { return palette.color(QPalette::Mid); }
QColor faint(const QPalette &palette) { return palette.color(QPalette::PlaceholderText); }
QColor behindPictures() { return QColor(0x60, 0x60, 0x60); }

void apply(QApplication &application, Theme theme)
{
    const bool system = systemIsDark(); // before our own palette hides it
    const auto palette = paletteFor(theme == Theme::Dark || (theme == Theme::System && system));
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    application.setPalette(palette);
    application.setStyleSheet(styleSheet(palette));
}

QIcon icon(const QString &name)
{
    linkIcons();
    return QIcon(new TintedIcon(QStringLiteral(":/icons/%1.svg").arg(name)));
}

QIcon appIcon()
{
    linkIcons();
    return QIcon(QStringLiteral(":/icons/quell.svg"));
}

} // namespace quell::look
