// Rows of small items that wrap, and the chips that choose what a wall of pictures shows.
#pragma once

#include <QLayout>
#include <QWidget>

class QButtonGroup;
class QToolButton;

namespace quell {

// Items one after another, wrapped like words.
class FlowLayout : public QLayout {
public:
    explicit FlowLayout(QWidget *parent = nullptr, int spacing = 4);
    ~FlowLayout() override;

    void addItem(QLayoutItem *item) override { m_items.append(item); }
    void insertWidget(int place, QWidget *widget);
    int count() const override { return int(m_items.size()); }
    QLayoutItem *itemAt(int place) const override { return m_items.value(place); }
    QLayoutItem *takeAt(int place) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return arrange({0, 0, width, 0}, false); }
    QSize sizeHint() const override { return minimumSize(); }
    QSize minimumSize() const override;
    void setGeometry(const QRect &rect) override;

private:
    int arrange(const QRect &rect, bool move) const; // the height it takes
    QList<QLayoutItem *> m_items;
};

// A rounded button, for keys and mouse.
QToolButton *chipButton(QWidget *parent);

// One of several filters, each with how many items it leaves.
class FilterChips : public QWidget {
    Q_OBJECT
public:
    struct Chip {
        int id = 0;
        QString text; // "Excluded"
        qint64 count = 0;
        QString description; // tool tip
    };
    explicit FilterChips(QWidget *parent = nullptr);
    // The chosen one stays if it is still among them, else the first is chosen (and told).
    void setChips(const QVector<Chip> &chips);
    int current() const;
    void choose(int id);

Q_SIGNALS:
    void chosen(int id);

private:
    QButtonGroup *m_group;
    FlowLayout *m_layout;
};

} // namespace quell
