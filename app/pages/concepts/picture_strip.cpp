#include "app/pages/concepts/picture_strip.h"

#include "widgets/look.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace quell {
namespace {

constexpr int spacing = 6, largest = 160;

// So coarse that nothing can be made out.
QPixmap veil(const QPixmap &pixmap)
{
    return pixmap.scaled(5, 5, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
}

} // namespace

PictureStrip::PictureStrip(int count, QWidget *parent) : QWidget(parent), m_count(count), m_loader({largest, largest})
{
    auto policy = QSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&m_loader, &ThumbnailLoader::loaded, this, [this] { update(); });
    connect(&m_loader, &ThumbnailLoader::failed, this, [this] { update(); });
    describe();
}

void PictureStrip::setPictures(const QStringList &files, const QStringList &prompts)
{
    m_files = files;
    m_prompts = prompts;
    describe();
    update();
}

void PictureStrip::setVeiled(bool veiled)
{
    m_veiled = veiled;
    setFocusPolicy(veiled ? Qt::StrongFocus : Qt::NoFocus);
    setCursor(veiled ? Qt::PointingHandCursor : Qt::ArrowCursor);
    describe();
    update();
}

void PictureStrip::describe()
{
    const auto prompts = QLocale().createSeparatedList(m_prompts);
    setAccessibleDescription(m_veiled ? tr("%1. Veiled: click or press Space to see them").arg(prompts) : prompts);
}

QSize PictureStrip::sizeHint() const { return {m_count * 96, heightForWidth(m_count * 96)}; }
QSize PictureStrip::minimumSizeHint() const { return {m_count * 40, 40}; }

int PictureStrip::heightForWidth(int width) const
{
    return std::clamp((width - (m_count - 1) * spacing) / m_count, 24, largest);
}

QRect PictureStrip::cell(int place) const
{
    const int side = heightForWidth(width());
    return {place * (side + spacing), 0, side, side};
}

void PictureStrip::paintEvent(QPaintEvent *)
{
    m_loader.setDevicePixelRatio(devicePixelRatioF());
    QPainter painter(this);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    for (int i = 0; i < m_count; ++i) {
        const auto pixmap = m_loader.get(m_files.value(i));
        if (!pixmap.isNull()) {
            painter.drawPixmap(cell(i), m_veiled ? veil(pixmap) : pixmap);
            continue;
        }
        painter.setPen(look::border(palette()));
        painter.setBrush(palette().brush(QPalette::AlternateBase));
        painter.drawRect(cell(i).adjusted(0, 0, -1, -1));
    }
    if (m_veiled && !m_files.isEmpty()) {
        const QRect all = cell(0).united(cell(m_count - 1));
        const auto text = fontMetrics().elidedText(tr("Show"), Qt::ElideRight, all.width());
        QRect label(QPoint(), fontMetrics().size(0, text) + QSize(16, 6));
        label.moveCenter(all.center());
        painter.setPen(hasFocus() ? palette().color(QPalette::Highlight) : look::border(palette()));
        painter.setBrush(palette().brush(QPalette::Base));
        painter.drawRoundedRect(label, 4, 4);
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(label, Qt::AlignCenter, text);
    }
}

void PictureStrip::mousePressEvent(QMouseEvent *)
{
    setVeiled(false);
}

void PictureStrip::keyPressEvent(QKeyEvent *event)
{
    if (m_veiled && (event->key() == Qt::Key_Space || event->key() == Qt::Key_Return))
        setVeiled(false);
    else
        QWidget::keyPressEvent(event);
}

bool PictureStrip::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        for (int i = 0; i < m_prompts.size(); ++i)
            if (cell(i).contains(help->pos()))
                QToolTip::showText(help->globalPos(), m_prompts[i], this);
        return true;
    }
    if (event->type() == QEvent::LanguageChange)
        describe();
    return QWidget::event(event);
}

} // namespace quell
