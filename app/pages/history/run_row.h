// Paints History's rows: the picture pair, the name above its state and concepts, figures, and a thin line below.
#pragma once

#include "app/pages/history/run_table.h"
#include "widgets/thumbnail_loader.h"

#include <QHeaderView>
#include <QSet>
#include <QStyledItemDelegate>

namespace quell {

class RunRow : public QStyledItemDelegate {
    Q_OBJECT
public:
    RunRow(const RunFilter *filter, const RunTable *table, QObject *parent);

    int rowHeight(const QFont &font) const;
    // Pictures of an unsafe concept are blurred until pointed at, or revealed here.
    bool isRevealed(const QString &folder) const { return m_revealed.contains(folder); }
    void setRevealed(const QString &folder, bool revealed);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

Q_SIGNALS:
    void changed(); // a picture came, or is blurred no longer

private:
    void paintPictures(QPainter *painter, const QStyleOptionViewItem &option, const RunRecord &run) const;
    void paintRun(QPainter *painter, const QStyleOptionViewItem &option, const RunRecord &run) const;
    QPixmap picture(const QString &path, bool blurred) const;
    const RunRecord &runOf(const QModelIndex &index) const;

    const RunFilter *m_filter;
    const RunTable *m_table;
    ThumbnailLoader *m_loader;
    QSet<QString> m_revealed;
};

// Quiet column heads: faint words over a line, the sorted one with an arrow.
class PlainHeader : public QHeaderView {
    Q_OBJECT
public:
    explicit PlainHeader(QWidget *parent = nullptr);

protected:
    void paintSection(QPainter *painter, const QRect &rect, int section) const override;
    QSize sectionSizeFromContents(int section) const override;
};

} // namespace quell
