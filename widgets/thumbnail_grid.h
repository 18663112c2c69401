// A wall of pictures: a list model whose items name files, painted from a cache alone, so that ten thousand scroll smoothly.
#pragma once

#include "widgets/thumbnail_loader.h"

#include <QListView>
#include <QVector>

namespace quell {

// What a picture is marked with: shape and word, colour besides.
struct Badge {
    enum class Kind { Excluded, Concept, Warning };
    Kind kind = Kind::Excluded;
    QString word;
};

class ThumbnailGrid : public QListView {
    Q_OBJECT
public:
    enum Role {
        PathRole = Qt::UserRole + 100, // QString: the file, absolute; empty: nothing to show
        BadgesRole,                    // QVector<Badge>
    };
    // Qt::DisplayRole is the line under the picture. `side` of a picture in logical pixels.
    explicit ThumbnailGrid(int side, QWidget *parent = nullptr);

    ThumbnailLoader *loader() { return &m_loader; }

Q_SIGNALS:
    void activatedFile(const QString &path); // Enter, double click

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void updateCell();
    void repaintFile(const QString &path);

    int m_side;
    ThumbnailLoader m_loader;
};

} // namespace quell

Q_DECLARE_METATYPE(quell::Badge)
