// CPU time of all threads during a frame while a pair of 4096 px pictures is panned, offscreen: usage: bench_compare [FRAMES]
#include "widgets/compare_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

using quell::CompareView;

namespace {

constexpr int side = 4096;

// Of all threads: Qt may share the painting of a frame out.
double cpuMilliseconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1e3 + time.tv_nsec * 1e-6;
}

QString noise(const QTemporaryDir &folder, quint32 seed)
{
    QImage image(side, side, QImage::Format_RGB32);
    QRandomGenerator random(seed);
    for (int y = 0; y < side; ++y)
        random.fillRange(reinterpret_cast<quint32 *>(image.scanLine(y)), side);
    const QString path = folder.filePath(QStringLiteral("%1.bmp").arg(seed));
    image.save(path);
    return path;
}

void wait(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, Qt::PreciseTimer, &loop, &QEventLoop::quit);
    loop.exec();
}

// A frame every 16 ms, as a hand drags the picture; `screen` is a window's backing store. The first frame at a zoom is told apart.
void measure(CompareView &view, QImage &screen, const char *mode, const char *zoom, int frames)
{
    std::vector<double> times;
    double first = 0;
    for (int i = -20; i < frames; ++i) {
        const double start = cpuMilliseconds();
        view.pan({std::abs(i) % 100 < 50 ? -7.0 : 7.0, std::abs(i) % 60 < 30 ? -5.0 : 5.0});
        view.render(&screen);
        const double time = cpuMilliseconds() - start;
        if (i == -20)
            first = time;
        if (i >= 0)
            times.push_back(time);
        wait(16);
    }
    std::sort(times.begin(), times.end());
    std::printf("%-13s %6s   %6.2f   %6.2f   %6.2f\n", mode, zoom, times[times.size() / 2], times[times.size() * 99 / 100], first);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const int frames = argc > 1 ? std::max(1, std::atoi(argv[1])) : 300;
    QTemporaryDir folder;
    CompareView view;
    view.resize(1200, 800);
    view.show();
    QEventLoop loop;
    int read = 0;
    QObject::connect(&view, &CompareView::loaded, &loop, [&] { ++read == 2 ? loop.quit() : void(); });
    QObject::connect(&view, &CompareView::differenceKnown, &loop, &QEventLoop::quit);
    QElapsedTimer timer;
    view.setPanes({{QStringLiteral("a"), {}, noise(folder, 1), {}}, {QStringLiteral("b"), {}, noise(folder, 2), {}}});
    timer.start();
    loop.exec();
    const double ratio = view.devicePixelRatioF();
    std::printf("two pictures of %d x %d, a view of 1200 x 800 at %g device pixels a pixel; read in %lld ms beside the window\n", side, side, ratio, timer.elapsed());
    QImage screen(view.size() * ratio, QImage::Format_RGB32);
    screen.setDevicePixelRatio(ratio);
    std::printf("mode            zoom   p50, ms  p99, ms  first, ms\n");
    const std::pair<CompareView::Mode, const char *> modes[] = {
        {CompareView::Mode::Slider, "slider"}, {CompareView::Mode::SideBySide, "side by side"}, {CompareView::Mode::Blink, "blink"}, {CompareView::Mode::Difference, "difference"}};
    for (const auto &[mode, name] : modes) {
        view.setMode(mode);
        if (mode == CompareView::Mode::Difference) {
            timer.restart();
            loop.exec();
            std::printf("difference worked out in %lld ms beside the window\n", timer.elapsed());
        }
        for (const double zoom : {0.0, 0.3, 0.5, 0.77, 1.0, 1.5, 2.0, 4.0, 16.0}) {
            zoom > 0 ? view.setZoom(zoom) : view.fit();
            measure(view, screen, name, zoom > 0 ? qPrintable(QStringLiteral("%1 %").arg(zoom * 100)) : "fit", frames);
        }
    }
}
