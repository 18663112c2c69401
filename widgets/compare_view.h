// Up to four pictures compared through one viewport: under a slider, side by side, blinking, or as their difference. What each is stands in the frame
// above it, never on it. Files are read and differences worked out beside the GUI thread. The view has all its keys (see keySheet()).
#pragma once

#include "widgets/picture.h"
#include "widgets/scaled_tiles.h"
#include "widgets/viewport.h"

#include <QColor>
#include <QTimer>
#include <QWidget>

#include <array>

class QVariantAnimation;

namespace quell {

class CompareView : public QWidget {
    Q_OBJECT
public:
    enum class Mode { Slider, SideBySide, Blink, Difference };
    Q_ENUM(Mode)
    enum class Only { Both, A, B };
    struct Pane {
        QString label;  // what it is
        QString detail; // to the right: scores, seed
        QString path;   // empty: nothing to show
        QColor mark;    // a line before the label; none if invalid
    };

    explicit CompareView(QWidget *parent = nullptr);

    // The first two are A and B. A pane shows its old picture under its old label until the new one is read.
    void setPanes(const QVector<Pane> &panes);
    const QVector<Pane> &panes() const { return m_panes; }
    bool isLoading() const;
    Picture picture(int pane) const { return m_slots[pane].picture; } // as read; null before, and where it cannot be
    QString error(int pane) const { return m_slots[pane].error; }

    Mode mode() const { return m_mode; }
    void setMode(Mode mode);
    void cycleMode();
    Only only() const { return m_only; }
    void setOnly(Only only); // one of the pair alone; Both: as the mode has it
    double split() const { return m_split; } // share of the pane's width that shows A
    void setSplit(double split);
    double zoom() const { return m_viewport.zoom(m_active); } // device pixels a pixel of the frame
    bool fits() const { return m_viewport.fits(m_active); }
    void setZoom(double zoom); // about the middle
    void zoomIn();
    void zoomOut();
    void fit();
    void pan(QPointF by); // device pixels
    bool isLinked() const { return m_viewport.isLinked(); }
    void setLinked(bool linked);
    bool fills() const { return m_viewport.fills(); }
    void setFill(bool fill);
    bool isSmooth() const { return m_smooth; }
    void setSmooth(bool smooth); // beyond 200 % too
    bool isBlinking() const { return m_blinkTimer.isActive(); }
    void setBlinking(bool blinking); // by itself, in the blink mode
    int gain() const { return m_gain; }
    void setGain(int gain); // of the difference: 1, 4 or 16
    double meanDifference() const { return m_mean; } // 0 to 255; negative: not known (yet)
    bool isObscured() const { return m_obscured; }
    void setObscured(bool obscured); // until a click or Enter reveals them
    void swap(); // A and B
    void showHandle(); // moves the slider a little, so that it is seen to be one

    int paneAt(QPoint position) const; // -1: none
    QRect pictureArea(int pane) const; // where the pane's picture can be, in the widget
    static QString keySheet(); // the keys, as rich text for a tool tip
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void modeChanged(quell::CompareView::Mode mode);
    void onlyChanged();
    void splitChanged(double split);
    void zoomChanged();
    void optionsChanged(); // linked, fill, smooth, blinking, gain
    void swapped();
    void loaded();         // a picture was read, or could not be
    void differenceKnown();
    void obscuredChanged(bool obscured);
    void fileDropped(int pane, const QString &path);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void keyReleaseEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Slot {
        Pane shown; // whose picture this is
        Picture picture, obscured;
        QString error;
        quint64 job = 0; // of the reading under way; 0: none
    };
    struct Area { // a place for one picture, or for A and B in turn or under the slider
        QRect header, picture;
        int pane;
    };

    void read(int pane);
    void take(int pane, quint64 job, const Picture &picture, const Picture &obscured, const QString &error);
    void picturesChanged();
    void placesChanged();
    void updateDifference();
    QVector<Area> areas() const;
    bool together() const; // one place for A and B
    bool sliding() const;
    int shownAlone() const; // 0 or 1 of the pair; -1: both
    QRect deviceRect(const QRect &rect) const;
    QPointF inPane(const QPointF &position, const Area &area) const; // device pixels
    const Area *areaAt(const QVector<Area> &areas, const QPoint &position) const;
    double splitX(const QRect &picture) const;
    bool onHandle(const QPointF &position) const;
    void moveSplitTo(double x);
    bool pressViewKey(int key);
    bool pressArrow(int key, Qt::KeyboardModifiers modifiers);
    void zoomStep(bool in);
    void changeZoom(double zoom, QPointF at, int pane);
    void updateCursor(const QPointF &position);

    void paintPictures(QPainter &painter, const Area &area) const;
    void paintOne(QPainter &painter, int pane, const QRect &place, const QRect &clip) const;
    void paintOn(QPainter &painter, ScaledTiles &tiles, const Picture &picture, const QRectF &target, const QRectF &frame, const QRect &clip) const;
    void paintMessages(QPainter &painter, const Area &area) const;
    void paintHeader(QPainter &painter, const Area &area) const;
    void paintLabel(QPainter &painter, QRect rect, const Pane &pane) const;
    void paintDifferenceHeader(QPainter &painter, QRect rect) const;
    void paintHandle(QPainter &painter, const QRect &picture) const;
    QString messageFor(int pane) const;
    QString toolTipAt(const QPoint &position) const;

    QVector<Pane> m_panes; // as asked for
    std::array<Slot, Viewport::mostPanes> m_slots;
    mutable std::array<ScaledTiles, Viewport::mostPanes + 1> m_tiles; // of the panes and the difference: caches of painting
    Viewport m_viewport;
    Mode m_mode = Mode::Slider;
    Only m_only = Only::Both;
    double m_split = 0.5;
    int m_active = 0; // whose zoom the keys change while panes are not linked
    int m_gain = 1;
    bool m_smooth = false, m_obscured = false, m_held = false, m_blinkB = false;
    QTimer m_blinkTimer;
    quint64 m_lastJob = 0, m_differenceJob = 0;
    Picture m_difference, m_obscuredDifference;
    double m_mean = -1;
    enum class Drag { None, Split, Pan } m_drag = Drag::None;
    QPointF m_dragFrom;
    QVariantAnimation *m_hint = nullptr;
};

} // namespace quell
