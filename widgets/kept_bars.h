// How much is kept, as bars: a row for each part of something, a column for each kind of what it holds. Rows are reached with the arrow keys and told to those
// who listen.
#pragma once

#include "widgets/look.h"

#include <QVector>
#include <QWidget>

namespace quell {

class KeptBars : public QWidget {
    Q_OBJECT
public:
    struct Column {
        QString title;
        look::Meaning meaning;
        QString absent; // said where a row has none of it: "no attention here"
    };
    struct Share {
        qint64 kept = 0, total = 0; // total 0: none here
    };
    struct Row {
        QString name;
        QVector<Share> shares; // one for each column
    };

    explicit KeptBars(QWidget *parent = nullptr);
    void setColumns(const QVector<Column> &columns);
    void setRows(const QVector<Row> &rows);
    const QVector<Row> &rows() const { return m_rows; }
    int currentRow() const { return m_current; }
    void setCurrentRow(int row);

    QString rowText(int row) const; // "down0: heads 83 %, feed-forward 41 %, …"
    QRect rowRect(int row) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    // 0 and 100 are only said of what is gone or kept entirely.
    static int percent(const Share &share);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    int rowHeight() const;
    int nameWidth() const;
    QRect cellRect(int row, int column) const; // row −1: the titles
    QString shareText(const Share &share) const;
    QString toolTip(const QPoint &position) const;
    void paintCell(QPainter &painter, int row, int column) const;

    QVector<Column> m_columns;
    QVector<Row> m_rows;
    int m_current = 0;
};

} // namespace quell
