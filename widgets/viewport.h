// Where up to four pictures of any sizes are looked at: one view while they are linked, one a pane else. Lengths are device pixels, so that 100 % is a
// picture's pixel on a screen's pixel; centres are shares of a frame's width and height, so that they mean the same in pictures of other sizes.
#pragma once

#include <QPointF>
#include <QRectF>
#include <QSize>
#include <QVector>

#include <array>

namespace quell {

class Viewport {
public:
    static constexpr int mostPanes = 4;
    static constexpr double leastZoom = 1.0 / 64, mostZoom = 64;

    Viewport();
    // An empty size: no picture. Zoom and centre stay, so that they persist from one pair to the next.
    void setPictures(const QVector<QSize> &sizes);
    void setPaneSize(QSize size); // of every pane
    // Linked panes show the same part of the same frame, which is the size of the largest picture; the others are fitted into it. A view that
    // is not fitted stays as it is seen when unlinked; linking takes the first pane's.
    void setLinked(bool linked);
    bool isLinked() const { return m_linked; }
    // Whether a picture of other proportions covers the frame (and is cut) or lies within it.
    void setFill(bool fill) { m_fill = fill; }
    bool fills() const { return m_fill; }

    double zoom(int pane) const;
    bool fits(int pane) const { return view(pane).fit; }
    QPointF centre(int pane) const;
    void fit(int pane); // the whole frame, as large as it goes
    // Keeps what is at `at` in its place, unless the picture would leave the pane.
    void setZoom(int pane, double zoom, QPointF at);
    void pan(int pane, QPointF by);

    QSize frame(int pane) const;          // in its own pixels
    QRectF frameRect(int pane) const;     // in the pane; begins at a whole pixel, so that 100 % is sharp
    QRectF pictureRect(int pane) const;   // in the pane; may go beyond the frame while it fills
    QPointF toFrame(int pane, QPointF at) const; // a place in the pane as shares of the frame

private:
    struct View {
        QPointF centre{0.5, 0.5};
        double zoom = 1;
        bool fit = true;
    };
    const View &view(int pane) const { return m_views[m_linked ? 0 : pane]; }
    View &view(int pane) { return m_views[m_linked ? 0 : pane]; }
    double fitZoom(int pane) const;
    double scaleInFrame(int pane) const; // frame pixels a pixel of the picture
    void keepInside();
    void keepInside(int pane);

    std::array<View, mostPanes> m_views;
    std::array<QSize, mostPanes> m_sizes;
    QSize m_pane{1, 1};
    bool m_linked = true, m_fill = false;
};

} // namespace quell
