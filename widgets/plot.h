// Curves over one x axis: wheel zooms, dragging pans, a click or ←/→ moves the cursor, hovering reads exact values. Drawing costs the width in pixels,
// whatever the number of points.
#pragma once

#include "widgets/look.h"
#include "widgets/plot_series.h"

#include <QWidget>

#include <functional>
#include <memory>

class QMenu;

namespace quell {

class Plot : public QWidget {
    Q_OBJECT
public:
    // Line: the raw values faint, their mean strong. Joined: points with a thin line between, for what is measured now and then.
    enum class Style { Line, Dashed, Dotted, Points, Joined };
    enum class Axis { Left, Right };
    struct Curve {
        QString id, name;
        look::Meaning meaning = look::Meaning::Lower;
        Style style = Style::Line;
        Axis axis = Axis::Left;
        std::function<const PlotSeries *()> series; // null: gone
        bool shown = true;
    };
    struct Table { // all shown curves; NaN: no value there
        QStringList names;
        std::vector<double> x;
        std::vector<std::vector<double>> columns;
    };

    static constexpr int markSize = 4; // half of a point's and a mark's side, logical pixels
    static QPen linePen(const Curve &curve, const QPalette &palette); // of the strong line

    explicit Plot(QWidget *parent = nullptr);
    ~Plot() override;

    void setXName(const QString &name);                  // of the x axis: "step"
    void setCurves(QVector<Curve> curves);
    const QVector<Curve> &curves() const;
    void setShown(const QString &id, bool shown);        // of those on the right axis, one at a time is
    void setExtent(double from, double to);              // what fit() shows at least
    void setMarks(std::vector<double> samples, std::vector<double> checkpoints);
    void setPlaceholder(const QString &text);            // shown while no curve has a point
    void setSmoothing(double span);                      // of the strong line, in points; 1: none
    double smoothing() const;
    void setLogarithmic(bool yes);
    bool isLogarithmic() const;

    void refresh(); // the series have grown; the next paint draws them
    void fit();     // everything, and follows what comes
    void setXRange(double from, double to);
    std::pair<double, double> xRange() const;
    void setCursor(double x); // without telling cursorMoved
    void clearCursor();
    double cursor() const;    // NaN: there is none
    // Zooms and cursors of both follow each other.
    static void link(Plot *one, Plot *other);

    Table table() const;
    QString toCsv() const;
    QString summary() const; // for who cannot see it: each curve's name, last value and range
    void addActionsTo(QMenu *menu); // curves, smoothing, scale, fit, export
    void saveCsv();
    void savePicture();
    QByteArray picture(const QString &format) const; // "png", "svg", "pdf"

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void cursorMoved(double x);            // by the person
    void xRangeChanged(double from, double to);
    void curvesChanged();                  // names, or which are shown
    void saveFailed(const QString &message);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace quell
