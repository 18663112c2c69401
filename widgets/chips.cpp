#include "widgets/chips.h"

#include <QButtonGroup>
#include <QLocale>
#include <QStyle>
#include <QToolButton>

#include <algorithm>

namespace quell {

FlowLayout::FlowLayout(QWidget *parent, int spacing) : QLayout(parent)
{
    setSpacing(spacing);
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout()
{
    qDeleteAll(m_items);
}

void FlowLayout::insertWidget(int place, QWidget *widget)
{
    addChildWidget(widget);
    m_items.insert(place, new QWidgetItem(widget));
    invalidate();
}

QLayoutItem *FlowLayout::takeAt(int place)
{
    return place >= 0 && place < m_items.size() ? m_items.takeAt(place) : nullptr;
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const auto *item : m_items)
        size = size.expandedTo(item->minimumSize());
    const auto margins = contentsMargins();
    return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

void FlowLayout::setGeometry(const QRect &rect)
{
    QLayout::setGeometry(rect);
    arrange(rect, true);
}

int FlowLayout::arrange(const QRect &rect, bool move) const
{
    const auto margins = contentsMargins();
    const QRect inner = rect.marginsRemoved(margins);
    const bool mirrored = parentWidget() && parentWidget()->isRightToLeft();
    int x = inner.x(), y = inner.y(), line = 0;
    for (auto *item : m_items) {
        if (item->isEmpty())
            continue;
        // What wants to grow (the line edit among chips) takes the rest of its line.
        const bool grows = item->expandingDirections() & Qt::Horizontal;
        QSize size = grows ? item->minimumSize().expandedTo({0, item->sizeHint().height()}) : item->sizeHint();
        if (x > inner.x() && x + size.width() > inner.x() + inner.width()) {
            x = inner.x();
            y += line + spacing();
            line = 0;
        }
        if (grows || size.width() > inner.width())
            size.setWidth(std::max(1, inner.x() + inner.width() - x));
        if (move) {
            const QRect place({x, y}, size);
            item->setGeometry(mirrored ? QStyle::visualRect(Qt::RightToLeft, inner, place) : place);
        }
        x += size.width() + spacing();
        line = std::max(line, size.height());
    }
    return y + line - rect.y() + margins.bottom();
}

QToolButton *chipButton(QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setProperty("chip", true);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

FilterChips::FilterChips(QWidget *parent) : QWidget(parent), m_group(new QButtonGroup(this)), m_layout(new FlowLayout(this))
{
    connect(m_group, &QButtonGroup::idToggled, this, [this](int id, bool on) {
        if (on)
            Q_EMIT chosen(id);
    });
    auto policy = sizePolicy();
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void FilterChips::setChips(const QVector<Chip> &chips)
{
    for (auto *button : m_group->buttons()) {
        const bool stays = std::any_of(chips.begin(), chips.end(), [&](const Chip &chip) { return chip.id == m_group->id(button); });
        if (!stays) {
            m_layout->removeWidget(button);
            m_group->removeButton(button);
            delete button;
        }
    }
    for (int i = 0; i < chips.size(); ++i) {
        const auto &chip = chips[i];
        auto *button = static_cast<QToolButton *>(m_group->button(chip.id));
        if (!button) {
            button = chipButton(this);
            button->setFocusPolicy(Qt::TabFocus); // a click leaves the focus with the pictures
            button->setCheckable(true);
            m_group->addButton(button, chip.id);
            m_layout->insertWidget(i, button);
            button->show();
        }
        //: A filter and how many items it leaves
        button->setText(tr("%1  %L2").arg(chip.text).arg(chip.count));
        button->setToolTip(chip.description);
    }
    m_layout->invalidate();
    updateGeometry();
    if (!m_group->checkedButton() && !chips.isEmpty())
        choose(chips.first().id);
}

int FilterChips::current() const
{
    return m_group->checkedId();
}

void FilterChips::choose(int id)
{
    if (auto *button = m_group->button(id))
        button->setChecked(true);
}

} // namespace quell
