#include "widgets/kept_bars.h"

#include <QAccessibleWidget>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QStyleOptionFocusRect>
#include <QToolTip>

#include <algorithm>

namespace quell {
namespace {

class AccessibleRow : public QAccessibleInterface {
public:
    AccessibleRow(KeptBars *bars, int row) : m_bars(bars), m_row(row) {}
    bool isValid() const override { return m_row < m_bars->rows().size(); }
    QObject *object() const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    QAccessibleInterface *parent() const override { return QAccessible::queryAccessibleInterface(m_bars); }
    QAccessibleInterface *child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QString text(QAccessible::Text text) const override { return text == QAccessible::Name && isValid() ? m_bars->rowText(m_row) : QString(); }
    void setText(QAccessible::Text, const QString &) override {}
    QRect rect() const override
    {
        const auto rect = m_bars->rowRect(m_row);
        return {m_bars->mapToGlobal(rect.topLeft()), rect.size()};
    }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.focusable = state.selectable = true;
        state.focused = m_bars->hasFocus() && m_bars->currentRow() == m_row;
        return state;
    }

private:
    KeptBars *m_bars;
    int m_row;
};

// Rows are made when they are asked for, and go with the list.
class AccessibleBars : public QAccessibleWidget {
public:
    explicit AccessibleBars(KeptBars *bars) : QAccessibleWidget(bars, QAccessible::List), m_bars(bars) {}
    ~AccessibleBars() override
    {
        for (const auto id : std::as_const(m_rows))
            QAccessible::deleteAccessibleInterface(id);
    }
    int childCount() const override { return int(m_bars->rows().size()); }
    QAccessibleInterface *child(int index) const override
    {
        if (index < 0 || index >= childCount())
            return nullptr;
        while (m_rows.size() <= index)
            m_rows.append(QAccessible::registerAccessibleInterface(new AccessibleRow(m_bars, int(m_rows.size()))));
        return QAccessible::accessibleInterface(m_rows[index]);
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        return int(m_rows.indexOf(QAccessible::uniqueId(const_cast<QAccessibleInterface *>(child))));
    }
    QAccessibleInterface *childAt(int x, int y) const override
    {
        const auto position = m_bars->mapFromGlobal(QPoint(x, y));
        for (int row = 0; row < childCount(); ++row)
            if (m_bars->rowRect(row).contains(position))
                return child(row);
        return nullptr;
    }
    QAccessibleInterface *focusChild() const override { return m_bars->hasFocus() ? child(m_bars->currentRow()) : nullptr; }

private:
    KeptBars *m_bars;
    mutable QVector<QAccessible::Id> m_rows;
};

QAccessibleInterface *makeAccessible(const QString &, QObject *object)
{
    auto *bars = qobject_cast<KeptBars *>(object);
    return bars ? new AccessibleBars(bars) : nullptr;
}

} // namespace

KeptBars::KeptBars(QWidget *parent) : QWidget(parent)
{
    static const bool installed = (QAccessible::installFactory(makeAccessible), true);
    Q_UNUSED(installed)
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void KeptBars::setColumns(const QVector<Column> &columns)
{
    m_columns = columns;
    updateGeometry();
    update();
}

void KeptBars::setRows(const QVector<Row> &rows)
{
    m_rows = rows;
    m_current = std::clamp(m_current, 0, std::max(0, int(rows.size()) - 1));
    updateGeometry();
    update();
}

void KeptBars::setCurrentRow(int row)
{
    row = std::clamp(row, 0, std::max(0, int(m_rows.size()) - 1));
    if (row == m_current)
        return;
    m_current = row;
    update();
    QAccessibleEvent event(this, QAccessible::Focus);
    event.setChild(row);
    QAccessible::updateAccessibility(&event);
}

int KeptBars::percent(const Share &share)
{
    const int rounded = share.total > 0 ? qRound(100. * double(share.kept) / double(share.total)) : 0;
    return share.kept <= 0 ? 0 : share.kept >= share.total ? 100 : std::clamp(rounded, 1, 99);
}

QString KeptBars::shareText(const Share &share) const { return tr("%1 %").arg(locale().toString(percent(share))); }

QString KeptBars::rowText(int row) const
{
    const auto &[name, shares] = m_rows[row];
    QStringList cells;
    for (int i = 0; i < m_columns.size(); ++i) {
        const auto &column = m_columns[i];
        cells << (shares[i].total > 0 ? tr("%1 %2", "column, share").arg(column.title, shareText(shares[i])) : tr("%1: %2", "column, why nothing").arg(column.title, column.absent));
    }
    return tr("%1: %2", "row, its cells").arg(name, cells.join(QStringLiteral(", ")));
}

int KeptBars::rowHeight() const { return fontMetrics().height() + look::gap; }

int KeptBars::nameWidth() const
{
    int width = 0;
    for (const auto &row : m_rows)
        width = std::max(width, fontMetrics().horizontalAdvance(row.name));
    return width + 2 * look::padding;
}

QRect KeptBars::rowRect(int row) const { return {0, (row + 1) * rowHeight(), width(), rowHeight()}; }

QRect KeptBars::cellRect(int row, int column) const
{
    constexpr int between = 2 * look::padding;
    const int names = nameWidth(), count = std::max(1, int(m_columns.size()));
    const int cellWidth = (width() - names - (count - 1) * between) / count;
    const QRect cell(names + column * (cellWidth + between), (row + 1) * rowHeight(), cellWidth, rowHeight());
    return isRightToLeft() ? QRect(width() - cell.right() - 1, cell.y(), cell.width(), cell.height()) : cell;
}

QSize KeptBars::sizeHint() const { return {nameWidth() + int(m_columns.size()) * fontMetrics().averageCharWidth() * 26, rowHeight() * (int(m_rows.size()) + 1)}; }
QSize KeptBars::minimumSizeHint() const { return {nameWidth() + int(m_columns.size()) * fontMetrics().averageCharWidth() * 14, sizeHint().height()}; }

void KeptBars::paintCell(QPainter &painter, int row, int column) const
{
    const auto rect = cellRect(row, column);
    const auto &share = m_rows[row].shares[column];
    const auto leading = Qt::AlignVCenter | (isRightToLeft() ? Qt::AlignRight : Qt::AlignLeft);
    painter.setPen(look::faint(palette()));
    if (share.total <= 0) {
        painter.drawText(rect, leading, fontMetrics().elidedText(m_columns[column].absent, Qt::ElideRight, rect.width()));
        return;
    }
    const int textWidth = fontMetrics().horizontalAdvance(shareText({1, 1})) + look::gap;
    const int thickness = fontMetrics().height() * 3 / 5;
    QRect bar(rect.x(), rect.y() + (rect.height() - thickness) / 2, rect.width() - textWidth, thickness);
    QRect text(rect.right() - textWidth + 1, rect.y(), textWidth, rect.height());
    if (isRightToLeft()) {
        bar.moveRight(rect.right());
        text.moveLeft(rect.left());
    }
    painter.fillRect(bar, look::border(palette()));
    QRect part(bar.topLeft(), QSize(int(double(bar.width()) * double(share.kept) / double(share.total)), thickness));
    if (isRightToLeft())
        part.moveRight(bar.right());
    painter.fillRect(part, look::color(m_columns[column].meaning, palette()));
    painter.drawText(text, Qt::AlignVCenter | (isRightToLeft() ? Qt::AlignLeft : Qt::AlignRight), shareText(share));
}

void KeptBars::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto leading = Qt::AlignVCenter | (isRightToLeft() ? Qt::AlignRight : Qt::AlignLeft);
    painter.setPen(look::faint(palette()));
    for (int column = 0; column < m_columns.size(); ++column) {
        const auto rect = cellRect(-1, column);
        painter.drawText(rect, leading, fontMetrics().elidedText(m_columns[column].title, Qt::ElideRight, rect.width()));
    }
    for (int row = 0; row < m_rows.size(); ++row) {
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(rowRect(row).adjusted(look::gap / 2, 0, -look::gap / 2, 0), leading, m_rows[row].name);
        for (int column = 0; column < m_columns.size(); ++column)
            paintCell(painter, row, column);
    }
    if (hasFocus() && !m_rows.isEmpty()) {
        painter.setPen(palette().color(QPalette::Highlight));
        painter.drawRoundedRect(QRectF(rowRect(m_current)).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
}

QString KeptBars::toolTip(const QPoint &position) const
{
    for (int row = 0; row < m_rows.size(); ++row)
        for (int column = 0; column < m_columns.size(); ++column) {
            const auto &share = m_rows[row].shares[column];
            if (share.total > 0 && cellRect(row, column).contains(position))
                return tr("%1, %2: %3 of %4 kept").arg(m_rows[row].name, m_columns[column].title, locale().toString(share.kept), locale().toString(share.total));
        }
    return {};
}

bool KeptBars::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        QToolTip::showText(help->globalPos(), toolTip(help->pos()), this);
        return true;
    }
    return QWidget::event(event);
}

void KeptBars::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Up: setCurrentRow(m_current - 1); break;
    case Qt::Key_Down: setCurrentRow(m_current + 1); break;
    case Qt::Key_Home: setCurrentRow(0); break;
    case Qt::Key_End: setCurrentRow(int(m_rows.size()) - 1); break;
    default: QWidget::keyPressEvent(event);
    }
}

void KeptBars::mousePressEvent(QMouseEvent *event)
{
    setCurrentRow(event->position().toPoint().y() / std::max(1, rowHeight()) - 1);
}

} // namespace quell
