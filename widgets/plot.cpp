#include "widgets/plot.h"

#include "widgets/curve_graph.h"
#include "widgets/in_background.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>
#include <limits>

namespace quell {
namespace {

using namespace Qt::StringLiterals;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double zoom_step = 1.25;
constexpr double spans[] = {1, 10, 40, 160};

QPen cosmetic(QColor color, double width, Qt::PenStyle style = Qt::SolidLine, int alpha = 255)
{
    color.setAlpha(alpha);
    QPen pen(color, width, style);
    pen.setCosmetic(true);
    pen.setJoinStyle(Qt::RoundJoin);
    return pen;
}

Qt::PenStyle penStyle(Plot::Style style)
{
    return style == Plot::Style::Dashed ? Qt::DashLine : style == Plot::Style::Dotted ? Qt::DotLine : Qt::SolidLine;
}

bool hasPoints(Plot::Style style) { return style == Plot::Style::Points || style == Plot::Style::Joined; }

QString number(double value)
{
    return QLocale().toString(value, 'g', 6);
}

// Writes what `make` gives to a file beside the GUI thread.
void write(Plot *plot, const QString &file, std::function<QByteArray()> make)
{
    inBackground(
        plot,
        [file, make = std::move(make)] {
            QSaveFile out(file);
            const auto bytes = make();
            return out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size() && out.commit() ? QString() : out.errorString();
        },
        [plot, file](const QString &error) {
            if (!error.isEmpty())
                Q_EMIT plot->saveFailed(Plot::tr("“%1” could not be written: %2. Choose another place.").arg(file, error));
        });
}

void askForFile(Plot *plot, const QString &title, const QString &suffix, const QStringList &filters, std::function<void(const QString &)> chosen)
{
    auto *dialog = new QFileDialog(plot, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->setNameFilters(filters);
    QObject::connect(dialog, &QFileDialog::fileSelected, plot, std::move(chosen));
    dialog->open();
}

} // namespace

struct Plot::Private {
    explicit Private(Plot *plot) : q(plot), canvas(new QCustomPlot(plot)) {}

    Plot *q;
    QCustomPlot *canvas; // never shown: it draws into `buffer`
    QVector<Curve> curves;
    std::vector<double> samples, checkpoints;
    QString placeholder, xName;
    double extentFrom = 0, extentTo = 1, from = 0, to = 1;
    double span = 40, cursor = nan, hover = nan;
    bool fitted = true, logarithmic = false, dirty = true, dragging = false;
    QPoint pressed, mouse;
    double pressedFrom = 0;
    QPixmap buffer;
    QAction *fitAction = nullptr, *logAction = nullptr, *csvAction = nullptr, *pictureAction = nullptr;

    void makeActions();
    void retranslate();
    void style();
    void rebuild();
    void addGraph(const Curve &curve, const PlotSeries &series, bool raw);
    void scaleY(QCPAxis *axis, Axis which);
    void paintMarks(QPainter &painter) const;
    void paintCursor(QPainter &painter) const;
    void paintReading(QPainter &painter, double x) const;
    void renderTo(QPainter &painter, const QSize &size);

    QColor color(const Curve &curve) const { return look::color(curve.meaning, q->palette()); }
    const PlotSeries *series(const Curve &curve) const
    {
        const auto *found = curve.shown && curve.series ? curve.series() : nullptr;
        return found && !found->empty() ? found : nullptr;
    }
    bool anyData() const
    {
        return std::any_of(curves.begin(), curves.end(), [this](const Curve &curve) { return series(curve); });
    }
    std::pair<double, double> everything() const;
    double toX(double pixel) const { return from + (pixel - area().left()) / std::max(1, area().width()) * (to - from); }
    double toPixel(double x) const { return area().left() + (x - from) / (to - from) * area().width(); }
    QRect area() const { return canvas->axisRect()->rect(); }
    double nearestX(double x) const;
    void moveCursor(double x);
    void step(int direction);
    void zoom(double factor, double around);
    void changeRange(double newFrom, double newTo);
    std::vector<double> allX() const;
};

void Plot::Private::makeActions()
{
    const auto add = [this](const QKeySequence &key, auto run) {
        auto *action = new QAction(q);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        QObject::connect(action, &QAction::triggered, q, run);
        q->addAction(action);
        return action;
    };
    fitAction = add(QKeySequence(Qt::Key_F), [this] { q->fit(); });
    logAction = add(QKeySequence(Qt::Key_L), [this] { q->setLogarithmic(!logarithmic); });
    logAction->setCheckable(true);
    csvAction = add({}, [this] { q->saveCsv(); });
    pictureAction = add({}, [this] { q->savePicture(); });
}

void Plot::Private::retranslate()
{
    fitAction->setText(tr("Show everything"));
    logAction->setText(tr("Logarithmic scale"));
    csvAction->setText(tr("Save as CSV…"));
    pictureAction->setText(tr("Save picture…"));
}

void Plot::Private::style()
{
    const auto palette = q->palette();
    auto font = q->font();
    font.setPointSizeF(font.pointSizeF() * look::captionScale);
    canvas->setBackground(Qt::NoBrush);
    canvas->setLocale(QLocale());
    for (auto *axis : {canvas->xAxis, canvas->yAxis, canvas->yAxis2}) {
        axis->setBasePen(Qt::NoPen);
        axis->setTickPen(Qt::NoPen);
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(look::faint(palette));
        axis->setTickLabelFont(font);
        axis->setNumberFormat(u"g"_s);
        axis->setTickLabelPadding(look::gap);
        axis->grid()->setPen(cosmetic(look::border(palette), 1));
        axis->grid()->setZeroLinePen(cosmetic(look::border(palette), 1));
        axis->grid()->setVisible(axis == canvas->yAxis);
    }
    const QFontMetrics metrics(font);
    canvas->axisRect()->setMinimumMargins(QMargins(metrics.horizontalAdvance(u"0.000"_s) + look::gap, metrics.height() / 2, metrics.horizontalAdvance(u"0000"_s), 0));
}

std::pair<double, double> Plot::Private::everything() const
{
    double least = extentFrom, largest = extentTo;
    for (const auto &curve : curves) {
        if (const auto *found = series(curve)) {
            least = std::min(least, found->x(0));
            largest = std::max(largest, found->x(found->size() - 1));
        }
    }
    return {least, largest > least ? largest : least + 1};
}

void Plot::Private::addGraph(const Curve &curve, const PlotSeries &series, bool raw)
{
    auto *graph = new CurveGraph(canvas->xAxis, curve.axis == Axis::Left ? canvas->yAxis : canvas->yAxis2); // the canvas owns it
    const bool points = hasPoints(curve.style), faint = raw && curve.style == Style::Line && span > 1;
    const auto drawn = series.decimated(from, to, std::max(1, area().width()));
    QVector<QCPGraphData> data;
    data.reserve(drawn.size());
    for (const auto &point : drawn)
        data << QCPGraphData(point.x(), point.y());
    graph->data()->set(data, true);
    graph->setAdaptiveSampling(false);
    graph->setAntialiased(!faint);
    graph->setPen(curve.style == Style::Points ? QPen(Qt::NoPen) : cosmetic(color(curve), faint || curve.style == Style::Joined ? 1 : 2, penStyle(curve.style), faint ? 110 : 255));
    if (points) {
        graph->setScatterStyle(QCPScatterStyle(curve.style == Style::Points ? QCPScatterStyle::ssCircle : QCPScatterStyle::ssDiamond, QPen(Qt::NoPen), color(curve), 2 * markSize - 1));
        graph->setAntialiasedScatters(true);
    }
    if (curve.style == Style::Points)
        graph->setLineStyle(QCPGraph::lsNone);
}

void Plot::Private::scaleY(QCPAxis *axis, Axis which)
{
    double least = INFINITY, largest = -INFINITY;
    for (const auto &curve : curves) {
        double low = 0, high = 0;
        const auto *found = curve.axis == which ? series(curve) : nullptr;
        if (found && found->range(from, to, low, high)) {
            least = std::min(least, low);
            largest = std::max(largest, high);
        }
    }
    if (least > largest)
        std::tie(least, largest) = std::pair(0.0, 1.0);
    const bool log = logarithmic && which == Axis::Left && largest > 0;
    axis->setScaleType(log ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    axis->setTicker(log ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog) : QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
    axis->ticker()->setTickCount(std::max(2, q->height() / (4 * q->fontMetrics().height())));
    if (log) {
        least = least > 0 ? least : largest * 1e-4; // what is not above 0 has no place here
        axis->setRange(least / 1.1, largest * 1.1);
    } else {
        const double room = largest > least ? (largest - least) * 0.06 : std::max(1e-9, std::abs(largest) * 0.1);
        axis->setRange(least - room, largest + room);
    }
}

void Plot::Private::rebuild()
{
    dirty = false;
    if (fitted)
        std::tie(from, to) = everything();
    canvas->clearPlottables();
    canvas->resize(q->size());
    canvas->setViewport(q->rect()); // a hidden widget learns of its size late
    canvas->xAxis->setRange(from, to);
    canvas->xAxis->ticker()->setTickCount(std::max(2, q->width() / (8 * q->fontMetrics().averageCharWidth() + 40)));
    const bool right = std::any_of(curves.begin(), curves.end(), [this](const Curve &curve) { return curve.axis == Axis::Right && series(curve); });
    canvas->yAxis2->setVisible(right);
    scaleY(canvas->yAxis, Axis::Left);
    scaleY(canvas->yAxis2, Axis::Right);
    for (const bool raw : {true, false}) { // means lie over all that is raw
        for (const auto &curve : curves) {
            const auto *found = series(curve);
            const bool mean = curve.style == Style::Line && span > 1;
            if (found && (raw || mean))
                addGraph(curve, raw ? *found : found->smoothed(span), raw);
        }
    }
    const auto ratio = q->devicePixelRatioF();
    buffer = QPixmap(q->size() * ratio);
    buffer.setDevicePixelRatio(ratio);
    buffer.fill(Qt::transparent);
    QCPPainter painter(&buffer);
    canvas->toPainter(&painter, q->width(), q->height());
}

void Plot::Private::paintMarks(QPainter &painter) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(look::faint(q->palette()));
    const auto within = [this](double x) { return x >= from && x <= to; };
    const double bottom = area().bottom() + 1;
    for (const double x : samples) {
        if (within(x))
            painter.drawPolygon(QPolygonF({{toPixel(x) - markSize, bottom + 1.6 * markSize}, {toPixel(x) + markSize, bottom + 1.6 * markSize}, {toPixel(x), bottom}}));
    }
    for (const double x : checkpoints) {
        if (within(x))
            painter.drawRect(QRectF(toPixel(x) - markSize * 0.8, bottom - 2.2 * markSize, 1.6 * markSize, 1.6 * markSize));
    }
}

void Plot::Private::paintCursor(QPainter &painter) const
{
    if (!(cursor >= from && cursor <= to))
        return;
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(cosmetic(look::color(look::Meaning::Accent, q->palette()), 1, Qt::DashLine));
    const int x = qRound(toPixel(cursor));
    painter.drawLine(x, area().top(), x, area().bottom());
}

// The exact values at the points nearest to x; a curve that has none there says so.
void Plot::Private::paintReading(QPainter &painter, double x) const
{
    const double at = nearestX(x);
    if (std::isnan(at) || at < from || at > to)
        return;
    QStringList lines{tr("%1 %2", "name of the x axis and a value").arg(xName, number(at))};
    QVector<QColor> colors{q->palette().color(QPalette::ToolTipText)};
    for (const auto &curve : curves) {
        const auto *found = series(curve);
        if (!found)
            continue;
        const auto i = found->nearest(at);
        const bool there = found->x(i) == at && std::isfinite(found->y(i));
        lines << tr("%1: %2").arg(curve.name, there ? number(found->y(i)) : u"—"_s);
        colors << color(curve);
    }
    auto font = q->font();
    font.setPointSizeF(font.pointSizeF() * look::captionScale);
    const QFontMetrics metrics(font);
    int width = 0;
    for (const auto &line : lines)
        width = std::max(width, metrics.horizontalAdvance(line));
    const int dot = metrics.height() / 2;
    QRect box(0, 0, width + dot + 3 * look::gap, metrics.height() * int(lines.size()) + 2 * look::gap);
    box.moveTop(area().top() + look::gap / 2);
    const int place = qRound(toPixel(at));
    box.moveLeft(place + look::gap + box.width() < q->width() ? place + look::gap : std::max(0, place - look::gap - box.width()));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(cosmetic(look::border(q->palette()), 1));
    painter.setBrush(q->palette().color(QPalette::ToolTipBase));
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    painter.setFont(font);
    for (int i = 0; i < lines.size(); ++i) {
        const QRect line(box.left() + look::gap, box.top() + look::gap + i * metrics.height(), box.width() - 2 * look::gap, metrics.height());
        if (i > 0)
            painter.fillRect(QRect(line.left(), line.center().y() - 1, dot, 3), colors[i]);
        painter.setPen(q->palette().color(QPalette::ToolTipText));
        painter.drawText(i > 0 ? line.adjusted(dot + look::gap, 0, 0, 0) : line, Qt::AlignVCenter | Qt::AlignLeft, lines[i]);
    }
}

std::vector<double> Plot::Private::allX() const
{
    std::vector<double> all;
    for (const auto &curve : curves) {
        if (const auto *found = series(curve)) {
            std::vector<double> own(found->size()), merged;
            for (std::size_t i = 0; i < own.size(); ++i)
                own[i] = found->x(i);
            std::set_union(all.begin(), all.end(), own.begin(), own.end(), std::back_inserter(merged));
            all = std::move(merged);
        }
    }
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

double Plot::Private::nearestX(double x) const
{
    double nearest = nan;
    for (const auto &curve : curves) {
        if (const auto *found = series(curve)) {
            const double at = found->x(found->nearest(x));
            if (std::isnan(nearest) || std::abs(at - x) < std::abs(nearest - x))
                nearest = at;
        }
    }
    return nearest;
}

void Plot::Private::moveCursor(double x)
{
    if (std::isnan(x) || x == cursor)
        return;
    q->setCursor(x);
    Q_EMIT q->cursorMoved(x);
    QAccessibleEvent event(q, QAccessible::ValueChanged);
    QAccessible::updateAccessibility(&event);
}

void Plot::Private::step(int direction)
{
    double next = nan;
    const double start = std::isnan(cursor) ? to : cursor;
    for (const auto &curve : curves) {
        const auto *found = series(curve);
        if (!found)
            continue;
        auto i = found->nearest(start);
        while (direction > 0 && i < found->size() && found->x(i) <= start)
            ++i;
        while (direction < 0 && i < found->size() && found->x(i) >= start)
            --i; // wraps past the first, which ends the loop
        if (i < found->size() && (std::isnan(next) || std::abs(found->x(i) - start) < std::abs(next - start)))
            next = found->x(i);
    }
    moveCursor(next);
}

void Plot::Private::changeRange(double newFrom, double newTo)
{
    const auto [least, largest] = everything();
    const double width = std::clamp(newTo - newFrom, (largest - least) * 1e-6, largest - least);
    from = std::clamp(newFrom, least, largest - width);
    to = from + width;
    fitted = from == least && to == largest;
    dirty = true;
    q->update();
    Q_EMIT q->xRangeChanged(from, to);
}

void Plot::Private::zoom(double factor, double around)
{
    changeRange(around - (around - from) * factor, around + (to - around) * factor);
}

Plot::Plot(QWidget *parent) : QWidget(parent), d(std::make_unique<Private>(this))
{
    d->canvas->hide();
    d->canvas->setFocusPolicy(Qt::NoFocus);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    d->makeActions();
    d->retranslate();
    d->style();
}

Plot::~Plot() = default;

void Plot::setXName(const QString &name) { d->xName = name; }
const QVector<Plot::Curve> &Plot::curves() const { return d->curves; }
double Plot::smoothing() const { return d->span; }
bool Plot::isLogarithmic() const { return d->logarithmic; }
std::pair<double, double> Plot::xRange() const { return {d->from, d->to}; }
double Plot::cursor() const { return d->cursor; }

void Plot::setCurves(QVector<Curve> curves)
{
    d->curves = std::move(curves);
    refresh();
    Q_EMIT curvesChanged();
}

void Plot::setShown(const QString &id, bool shown)
{
    for (auto &curve : d->curves) {
        if (curve.id != id)
            continue;
        if (shown && curve.axis == Axis::Right)
            for (auto &other : d->curves)
                other.shown = other.shown && other.axis == Axis::Left;
        curve.shown = shown;
    }
    refresh();
    Q_EMIT curvesChanged();
}

void Plot::setExtent(double from, double to)
{
    d->extentFrom = from;
    d->extentTo = to;
    refresh();
}

void Plot::setMarks(std::vector<double> samples, std::vector<double> checkpoints)
{
    d->samples = std::move(samples);
    d->checkpoints = std::move(checkpoints);
    update();
}

void Plot::setPlaceholder(const QString &text)
{
    d->placeholder = text;
    update();
}

void Plot::setSmoothing(double span)
{
    d->span = span;
    refresh();
}

void Plot::setLogarithmic(bool yes)
{
    d->logarithmic = yes;
    d->logAction->setChecked(yes);
    refresh();
}

void Plot::refresh()
{
    d->dirty = true;
    update();
}

void Plot::fit()
{
    const auto [from, to] = d->everything();
    d->changeRange(from, to);
}

void Plot::setXRange(double from, double to)
{
    if (from != d->from || to != d->to)
        d->changeRange(from, to);
}

void Plot::setCursor(double x)
{
    d->cursor = x;
    update();
}

void Plot::clearCursor() { setCursor(nan); }

void Plot::link(Plot *one, Plot *other)
{
    for (auto [from, to] : {std::pair(one, other), std::pair(other, one)}) {
        connect(from, &Plot::xRangeChanged, to, &Plot::setXRange);
        connect(from, &Plot::cursorMoved, to, &Plot::setCursor);
    }
}

Plot::Table Plot::table() const
{
    Table table;
    table.x = d->allX();
    for (const auto &curve : d->curves) {
        const auto *series = d->series(curve);
        if (!series)
            continue;
        std::vector<double> column(table.x.size(), nan);
        for (std::size_t i = 0, row = 0; i < series->size(); ++i) {
            while (table.x[row] < series->x(i))
                ++row;
            column[row] = series->y(i);
        }
        table.names << curve.name;
        table.columns.push_back(std::move(column));
    }
    return table;
}

namespace {

QString csvOf(const Plot::Table &table, const QString &xName)
{
    const auto quoted = [](QString text) -> QString { return u'"' + text.replace(u'"', u"\"\""_s) + u'"'; };
    QString csv = quoted(xName);
    for (const auto &name : table.names)
        csv += u',' + quoted(name);
    csv += u"\r\n"_s;
    for (std::size_t row = 0; row < table.x.size(); ++row) {
        csv += QString::number(table.x[row], 'g', 17);
        for (const auto &column : table.columns)
            csv += u',' + (std::isfinite(column[row]) ? QString::number(column[row], 'g', QLocale::FloatingPointShortest) : QString());
        csv += u"\r\n"_s;
    }
    return csv;
}

} // namespace

QString Plot::toCsv() const
{
    return csvOf(table(), d->xName);
}

QPen Plot::linePen(const Curve &curve, const QPalette &palette)
{
    return cosmetic(look::color(curve.meaning, palette), 2, penStyle(curve.style));
}

QString Plot::summary() const
{
    QStringList parts;
    for (const auto &curve : d->curves) {
        const auto *series = d->series(curve);
        double least = 0, largest = 0;
        if (!series || !series->range(-INFINITY, INFINITY, least, largest))
            continue;
        auto last = series->size() - 1;
        while (last > 0 && !std::isfinite(series->y(last)))
            --last;
        parts << tr("%1: %2 at %3 %4, between %5 and %6", "curve, last value, name of the x axis, its last place, least, largest")
                     .arg(curve.name, number(series->y(last)), d->xName, number(series->x(last)), number(least), number(largest));
    }
    return parts.isEmpty() ? d->placeholder : parts.join(u"; "_s);
}

void Plot::addActionsTo(QMenu *menu)
{
    for (const auto &curve : d->curves) {
        auto *action = menu->addAction(curve.name);
        action->setCheckable(true);
        action->setChecked(curve.shown);
        connect(action, &QAction::toggled, this, [this, id = curve.id](bool on) { setShown(id, on); });
    }
    menu->addSeparator();
    auto *smoothing = menu->addMenu(tr("Smoothing"));
    for (const double span : spans) {
        auto *action = smoothing->addAction(span > 1 ? tr("Over %1 points").arg(QLocale().toString(span)) : tr("None"));
        action->setCheckable(true);
        action->setChecked(span == d->span);
        connect(action, &QAction::triggered, this, [this, span] { setSmoothing(span); });
    }
    menu->addActions({d->logAction, d->fitAction});
    menu->addSeparator();
    menu->addActions({d->csvAction, d->pictureAction});
}

void Plot::saveCsv()
{
    askForFile(this, tr("Save as CSV"), u"csv"_s, {tr("Comma-separated values (*.csv)")}, [this](const QString &file) {
        write(this, file, [table = table(), name = d->xName] { return csvOf(table, name).toUtf8(); });
    });
}

void Plot::savePicture()
{
    askForFile(this, tr("Save picture"), u"png"_s, {tr("PNG picture (*.png)"), tr("SVG drawing (*.svg)"), tr("PDF document (*.pdf)")}, [this](const QString &file) {
        write(this, file, [bytes = picture(QFileInfo(file).suffix().toLower())] { return bytes; });
    });
}

void Plot::Private::renderTo(QPainter &painter, const QSize &size)
{
    painter.fillRect(QRect(QPoint(0, 0), size), q->palette().color(QPalette::Base));
    QPicture picture; // QCustomPlot wants a painter of its own kind
    {
        QCPPainter recorder(&picture);
        recorder.setMode(QCPPainter::pmVectorized);
        canvas->toPainter(&recorder, size.width(), size.height());
    }
    painter.drawPicture(0, 0, picture);
    paintMarks(painter);
}

QByteArray Plot::picture(const QString &format) const
{
    if (d->dirty)
        d->rebuild();
    QByteArray bytes;
    QBuffer device(&bytes);
    device.open(QIODevice::WriteOnly);
    if (format == "svg"_L1) {
        QSvgGenerator svg;
        svg.setOutputDevice(&device);
        svg.setSize(size());
        svg.setViewBox(rect());
        svg.setTitle(accessibleName());
        QPainter painter(&svg);
        d->renderTo(painter, size());
    } else if (format == "pdf"_L1) {
        QPdfWriter pdf(&device);
        pdf.setResolution(96);
        pdf.setPageSize(QPageSize(QSizeF(size()) * 72 / 96, QPageSize::Point, QString(), QPageSize::ExactMatch));
        pdf.setPageMargins(QMarginsF());
        QPainter painter(&pdf);
        d->renderTo(painter, size());
    } else {
        QImage image(size() * 2, QImage::Format_RGB32);
        image.setDevicePixelRatio(2);
        QPainter painter(&image);
        d->renderTo(painter, size());
        painter.end();
        image.save(&device, "PNG");
    }
    return bytes;
}

QSize Plot::sizeHint() const { return {fontMetrics().averageCharWidth() * 80, fontMetrics().height() * 14}; }
QSize Plot::minimumSizeHint() const { return {fontMetrics().averageCharWidth() * 36, fontMetrics().height() * 8}; }

void Plot::paintEvent(QPaintEvent *)
{
    if (d->dirty || d->buffer.devicePixelRatio() != devicePixelRatioF())
        d->rebuild();
    QPainter painter(this);
    painter.drawPixmap(0, 0, d->buffer);
    d->paintMarks(painter);
    if (!d->anyData()) { // no grid of values that nothing has
        painter.fillRect(rect(), palette().color(QPalette::Base));
        painter.setPen(look::faint(palette()));
        painter.drawText(d->area(), Qt::AlignCenter | Qt::TextWordWrap, d->placeholder);
    }
    d->paintCursor(painter);
    if (!std::isnan(d->hover))
        d->paintReading(painter, d->hover);
    else if (hasFocus() && !std::isnan(d->cursor))
        d->paintReading(painter, d->cursor);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(cosmetic(palette().color(QPalette::Highlight), 1, Qt::DotLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void Plot::resizeEvent(QResizeEvent *) { refresh(); }

void Plot::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        d->retranslate();
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange || event->type() == QEvent::LocaleChange) {
        d->style();
        refresh();
        Q_EMIT curvesChanged();
    }
    QWidget::changeEvent(event);
}

void Plot::wheelEvent(QWheelEvent *event)
{
    const int turn = event->angleDelta().y();
    if (turn == 0 || !d->anyData()) {
        event->ignore();
        return;
    }
    d->zoom(std::pow(zoom_step, -turn / 120.0), d->toX(event->position().x()));
    event->accept();
}

void Plot::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    d->pressed = event->pos();
    d->pressedFrom = d->from;
    d->dragging = false;
}

void Plot::mouseMoveEvent(QMouseEvent *event)
{
    const int moved = event->pos().x() - d->pressed.x();
    if (event->buttons() & Qt::LeftButton && (d->dragging || std::abs(moved) >= QApplication::startDragDistance())) {
        d->dragging = true;
        const double width = d->to - d->from, start = d->pressedFrom - moved * width / std::max(1, d->area().width());
        d->changeRange(start, start + width);
        return;
    }
    d->hover = d->area().contains(event->pos()) ? d->toX(event->pos().x()) : nan;
    update();
}

void Plot::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && !d->dragging && d->area().contains(event->pos()))
        d->moveCursor(d->nearestX(d->toX(event->pos().x())));
    d->dragging = false;
}

void Plot::mouseDoubleClickEvent(QMouseEvent *) { fit(); }

void Plot::keyPressEvent(QKeyEvent *event)
{
    const double center = std::isnan(d->cursor) ? (d->from + d->to) / 2 : d->cursor, width = d->to - d->from;
    const bool pan = event->modifiers() & Qt::ShiftModifier;
    switch (event->key()) {
    case Qt::Key_Left: pan ? d->changeRange(d->from - width / 4, d->to - width / 4) : d->step(-1); break;
    case Qt::Key_Right: pan ? d->changeRange(d->from + width / 4, d->to + width / 4) : d->step(1); break;
    case Qt::Key_Home: d->moveCursor(d->nearestX(d->from)); break;
    case Qt::Key_End: d->moveCursor(d->nearestX(d->to)); break;
    case Qt::Key_Plus: d->zoom(1 / zoom_step, center); break;
    case Qt::Key_Minus: d->zoom(zoom_step, center); break;
    default: QWidget::keyPressEvent(event);
    }
}

void Plot::leaveEvent(QEvent *)
{
    d->hover = nan;
    update();
}

void Plot::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addActionsTo(menu);
    menu->popup(event->globalPos());
}

namespace {

class PlotAccessible : public QAccessibleWidget {
public:
    explicit PlotAccessible(Plot *plot) : QAccessibleWidget(plot, QAccessible::Chart) {}
    QString text(QAccessible::Text kind) const override
    {
        const auto *plot = static_cast<Plot *>(widget());
        if (kind == QAccessible::Description || kind == QAccessible::Value)
            return plot->summary();
        return QAccessibleWidget::text(kind);
    }
};

QAccessibleInterface *makeAccessible(const QString &, QObject *object)
{
    auto *plot = qobject_cast<Plot *>(object);
    return plot ? new PlotAccessible(plot) : nullptr;
}

void installAccessibility() { QAccessible::installFactory(makeAccessible); }
Q_COREAPP_STARTUP_FUNCTION(installAccessibility)

} // namespace

} // namespace quell
