#include "widgets/tag_editor.h"

#include "widgets/chips.h"
#include "widgets/look.h"

#include <QAbstractButton>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPainter>
#include <QRegularExpression>

namespace quell {

class TagChip : public QAbstractButton {
public:
    TagChip(const QString &text, QWidget *parent) : QAbstractButton(parent)
    {
        setText(text);
        setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
        setFocusPolicy(Qt::ClickFocus); // by Tab the line, from there by the arrow keys
    }
    QSize sizeHint() const override
    {
        const auto metrics = fontMetrics();
        return {metrics.horizontalAdvance(text()) + metrics.height() + 20, metrics.height() + 8};
    }
    QSize minimumSizeHint() const override { return {fontMetrics().height() * 3, sizeHint().height()}; }
    QRect cross() const
    {
        const int side = fontMetrics().height();
        return QStyle::visualRect(layoutDirection(), rect(), QRect(width() - side - 6, 0, side + 6, height()));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QColor line = hasFocus() || underMouse() ? look::color(look::Meaning::Accent, palette()) : look::border(palette());
        painter.setPen(QPen(line, hasFocus() ? 2 : 1));
        painter.setBrush(palette().brush(QPalette::AlternateBase));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), height() / 2.0, height() / 2.0);
        const QRect side = cross();
        const QRect room = isRightToLeft() ? QRect(side.right() + 1, 0, width() - side.width() - 10, height()) : QRect(10, 0, width() - side.width() - 10, height());
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeading, fontMetrics().elidedText(text(), Qt::ElideRight, room.width()));
        const int arm = fontMetrics().height() / 5;
        const QPoint middle = side.center() - QPoint(isRightToLeft() ? -2 : 2, 0);
        painter.setPen(QPen(palette().color(QPalette::PlaceholderText), 1.5));
        painter.drawLine(middle - QPoint(arm, arm), middle + QPoint(arm, arm));
        painter.drawLine(middle - QPoint(arm, -arm), middle + QPoint(arm, -arm));
    }
};

TagEditor::TagEditor(QWidget *parent) : QFrame(parent), m_layout(new FlowLayout(this)), m_line(new QLineEdit(this))
{
    setFrameShape(StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_layout->setContentsMargins(4, 4, 4, 4);
    m_line->setFrame(false);
    m_line->setMinimumWidth(fontMetrics().averageCharWidth() * 14);
    m_line->installEventFilter(this);
    m_layout->addWidget(m_line);
    setFocusProxy(m_line);
    auto policy = sizePolicy();
    policy.setHeightForWidth(true);
    policy.setVerticalPolicy(QSizePolicy::Minimum);
    setSizePolicy(policy);
    connect(m_line, &QLineEdit::textEdited, this, [this](const QString &text) {
        if (text.contains(QLatin1Char(',')))
            takeLine();
    });
    connect(m_line, &QLineEdit::editingFinished, this, &TagEditor::takeLine);
    retranslate();
}

// Losing the focus in its last moments must not add what is being written.
TagEditor::~TagEditor()
{
    m_line->disconnect(this);
}

void TagEditor::retranslate()
{
    m_line->setAccessibleDescription(tr("Enter or a comma adds, Backspace removes the last, the left arrow goes to those written"));
    for (auto *chip : m_chips) {
        chip->setAccessibleDescription(tr("Delete removes it"));
        chip->setToolTip(tr("%1 (Delete removes it)").arg(chip->text()));
    }
}

void TagEditor::setPlaceholder(const QString &text)
{
    m_line->setPlaceholderText(text);
    m_line->setAccessibleName(text);
}

void TagEditor::setTags(const QStringList &tags)
{
    if (tags == m_tags)
        return;
    m_tags = tags;
    rebuild();
}

// Chips whose text stays are kept: the focus stays with them.
void TagEditor::rebuild()
{
    while (m_chips.size() > m_tags.size()) {
        auto *chip = m_chips.takeLast();
        m_layout->removeWidget(chip);
        if (chip->hasFocus())
            m_line->setFocus();
        chip->hide();
        chip->deleteLater(); // it may be the one whose event this is
    }
    for (int i = 0; i < m_tags.size(); ++i) {
        if (i < m_chips.size()) {
            m_chips[i]->setText(m_tags[i]);
            m_chips[i]->updateGeometry();
            continue;
        }
        auto *chip = new TagChip(m_tags[i], this);
        chip->installEventFilter(this);
        m_layout->insertWidget(i, chip);
        chip->show();
        m_chips << chip;
    }
    retranslate();
    m_layout->invalidate();
    updateGeometry();
}

void TagEditor::takeLine()
{
    const auto text = m_line->text();
    m_line->clear();
    add(text.split(QRegularExpression(QStringLiteral("[,;\n\r]")), Qt::SkipEmptyParts));
}

void TagEditor::add(const QStringList &texts)
{
    auto tags = m_tags;
    for (const auto &text : texts) {
        const auto tag = text.simplified();
        if (!tag.isEmpty() && !tags.contains(tag, Qt::CaseInsensitive))
            tags << tag;
    }
    if (tags == m_tags)
        return;
    m_tags = tags;
    rebuild();
    Q_EMIT edited(m_tags);
}

void TagEditor::removeAt(int place)
{
    const bool onChip = !m_line->hasFocus();
    m_tags.removeAt(place);
    rebuild();
    if (onChip)
        focusChip(place);
    Q_EMIT edited(m_tags);
}

void TagEditor::focusChip(int place)
{
    if (place >= 0 && place < m_chips.size())
        m_chips[place]->setFocus();
    else
        m_line->setFocus();
}

int TagEditor::placeOf(QObject *chip) const
{
    for (int i = 0; i < m_chips.size(); ++i)
        if (m_chips[i] == chip)
            return i;
    return -1;
}

bool TagEditor::lineKey(QKeyEvent *event)
{
    const bool atStart = m_line->cursorPosition() == 0 && !m_line->hasSelectedText();
    if (event->matches(QKeySequence::Paste))
        return false;
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        takeLine();
        return true;
    case Qt::Key_Backspace:
        if (!atStart || m_tags.isEmpty() || event->isAutoRepeat()) // a held key stops at the line's start
            return false;
        removeAt(int(m_tags.size()) - 1);
        return true;
    case Qt::Key_Left:
        if (!atStart || m_chips.isEmpty())
            return false;
        focusChip(int(m_chips.size()) - 1);
        return true;
    default: return false;
    }
}

bool TagEditor::chipKey(int place, QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Delete:
    case Qt::Key_Backspace: removeAt(place); return true;
    case Qt::Key_Left: focusChip(std::max(0, place - 1)); return true;
    case Qt::Key_Right:
    case Qt::Key_Escape: focusChip(event->key() == Qt::Key_Right ? place + 1 : -1); return true;
    case Qt::Key_Home: focusChip(0); return true;
    case Qt::Key_End: focusChip(-1); return true;
    default: return false;
    }
}

bool TagEditor::eventFilter(QObject *watched, QEvent *event)
{
    const int place = placeOf(watched);
    if (event->type() == QEvent::KeyPress) {
        auto *key = static_cast<QKeyEvent *>(event);
        if (watched == m_line ? lineKey(key) : place >= 0 && chipKey(place, key))
            return true;
    } else if (event->type() == QEvent::MouseButtonRelease && place >= 0) {
        auto *mouse = static_cast<QMouseEvent *>(event);
        if (mouse->button() == Qt::LeftButton && m_chips[place]->cross().contains(mouse->pos())) {
            removeAt(place);
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

void TagEditor::mousePressEvent(QMouseEvent *event)
{
    m_line->setFocus();
    QFrame::mousePressEvent(event);
}

void TagEditor::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QFrame::changeEvent(event);
}

} // namespace quell
