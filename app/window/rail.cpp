#include "app/window/rail.h"

#include "widgets/look.h"

#include <QPainter>
#include <QStyledItemDelegate>

namespace quell {
namespace {

enum Role { PageRole = Qt::UserRole + 1, MarkRole, SeparatorRole };

QString markIcon(Page::State state)
{
    switch (state) {
    case Page::State::Nothing: return QStringLiteral("state-nothing");
    case Page::State::UnderWay: return QStringLiteral("state-underway");
    case Page::State::Ready: return QStringLiteral("state-ready");
    case Page::State::NeedsYou: return QStringLiteral("state-needs-you");
    }
    return {};
}

QString markText(Page::State state)
{
    switch (state) {
    case Page::State::Nothing: return Rail::tr("nothing yet");
    case Page::State::UnderWay: return Rail::tr("under way");
    case Page::State::Ready: return Rail::tr("ready");
    case Page::State::NeedsYou: return Rail::tr("needs you");
    }
    return {};
}

class RailDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const int height = option.fontMetrics.height();
        return {0, index.data(SeparatorRole).toBool() ? height : height + 5 * look::gap / 2};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QRect row = option.rect.adjusted(look::gap, 2, -look::gap, -2);
        if (index.data(SeparatorRole).toBool()) {
            painter->fillRect(QRect(row.left(), row.center().y(), row.width(), 1), look::border(option.palette));
            return;
        }
        const bool selected = option.state & QStyle::State_Selected;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (selected || (option.state & QStyle::State_MouseOver)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(option.palette.color(QPalette::AlternateBase));
            painter->drawRoundedRect(row, 6, 6);
        }
        if (selected) {
            painter->setBrush(look::color(look::Meaning::Accent, option.palette));
            painter->drawRoundedRect(QRect(row.left(), row.top(), 3, row.height()), 1, 1);
        }
        if ((option.state & QStyle::State_HasFocus) && selected) {
            painter->setPen(look::color(look::Meaning::Accent, option.palette));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(QRectF(row).adjusted(.5, .5, -.5, -.5), 6, 6);
        }
        paintContent(painter, option, row, index, selected);
        painter->restore();
    }

private:
    static void paintContent(QPainter *painter, const QStyleOptionViewItem &option, const QRect &row, const QModelIndex &index, bool selected)
    {
        const int size = option.fontMetrics.height();
        const QRect inner = row.adjusted(look::padding, 0, -look::padding, 0);
        const QRect sign(inner.left(), inner.center().y() - size / 2, size, size), mark(inner.right() - size + 4, inner.center().y() - size / 2 + 2, size - 4, size - 4);
        index.data(Qt::DecorationRole).value<QIcon>().paint(painter, sign);
        look::icon(index.data(MarkRole).toString()).paint(painter, mark);
        auto font = option.font;
        font.setWeight(selected ? QFont::DemiBold : QFont::Normal);
        painter->setFont(font);
        painter->setPen(option.palette.color(QPalette::Text));
        const QRect text(sign.right() + look::gap, inner.top(), mark.left() - sign.right() - 2 * look::gap, inner.height());
        painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft, QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideRight, text.width()));
    }
};

Page *pageOf(const QListWidgetItem *item)
{
    return item ? item->data(PageRole).value<Page *>() : nullptr;
}

} // namespace

Rail::Rail(QWidget *parent) : QListWidget(parent)
{
    setItemDelegate(new RailDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFixedWidth(fontMetrics().averageCharWidth() * 24);
    connect(this, &QListWidget::currentItemChanged, this, [this](QListWidgetItem *item) {
        if (auto *page = pageOf(item))
            Q_EMIT pageChosen(page);
    });
}

void Rail::addPage(const QString &icon, Page *page)
{
    auto *item = new QListWidgetItem(look::icon(icon), page->title(), this);
    item->setData(PageRole, QVariant::fromValue(page));
    showState(item);
    connect(page, &Page::stateChanged, this, [this, page] { showState(itemOf(page)); });
}

void Rail::addSeparator()
{
    auto *item = new QListWidgetItem(this);
    item->setData(SeparatorRole, true);
    item->setFlags(Qt::NoItemFlags);
}

void Rail::retranslate()
{
    setAccessibleName(tr("Pages"));
    for (int i = 0; i < count(); ++i)
        if (auto *page = pageOf(item(i))) {
            item(i)->setText(page->title());
            showState(item(i));
        }
}

void Rail::select(Page *page)
{
    setCurrentItem(itemOf(page));
}

void Rail::showState(QListWidgetItem *item)
{
    const auto *page = pageOf(item);
    item->setData(MarkRole, markIcon(page->state()));
    const auto state = markText(page->state());
    item->setData(Qt::AccessibleTextRole, tr("%1, %2").arg(page->title(), state));
    item->setToolTip(page->reason().isEmpty() ? state : page->reason());
}

QListWidgetItem *Rail::itemOf(Page *page) const
{
    for (int i = 0; i < count(); ++i)
        if (pageOf(item(i)) == page)
            return item(i);
    return nullptr;
}

} // namespace quell
