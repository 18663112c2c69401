// What a redraw of 1,000,000 points costs at any zoom: CPU time, 1200 pixels wide. Run offscreen.
#include "widgets/plot.h"

#include <QApplication>
#include <QPixmap>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <random>
#include <vector>

using namespace quell;

namespace {

constexpr int points = 1'000'000, repeats = 30;

double cpuMilliseconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

template <class Work> double cost(Work work)
{
    const double start = cpuMilliseconds();
    work();
    return cpuMilliseconds() - start;
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    PlotSeries series;
    std::mt19937 engine(1);
    std::normal_distribution<double> noise(0, 0.05);
    const auto append = [&](int i) { series.append(i, 0.3 + std::exp(-i / 2e5) + noise(engine)); };
    std::printf("append %d points         %7.1f ms\n", points, cost([&] {
                    for (int i = 0; i < points; ++i)
                        append(i);
                }));
    std::printf("smooth them once              %7.1f ms\n", cost([&] { series.smoothed(40); }));
    std::printf("append 100 and smooth again   %7.3f ms\n", cost([&] {
                    for (int i = 0; i < 100; ++i)
                        append(points + i);
                    series.smoothed(40);
                }));

    Plot plot;
    plot.resize(1200, 400);
    plot.setCurves({{QStringLiteral("loss"), QStringLiteral("loss"), look::Meaning::Lower, Plot::Style::Line, Plot::Axis::Left, [&] { return &series; }, true}});
    plot.setExtent(0, points);
    QPixmap target(plot.size());
    plot.render(&target);
    std::printf("redraw, by points in view (median and worst of %d places)\n", repeats);
    double worst = 0;
    for (double width = points; width >= 100; width /= 4) {
        std::uniform_real_distribution<double> place(0, points - width);
        std::vector<double> times;
        for (int i = 0; i < repeats; ++i) {
            const double from = place(engine);
            plot.setXRange(from, from + width);
            times.push_back(cost([&] {
                plot.refresh();
                plot.render(&target);
            }));
        }
        std::sort(times.begin(), times.end());
        worst = std::max(worst, times.back());
        std::printf("%10.0f   %6.2f ms   %6.2f ms\n", width, times[times.size() / 2], times.back());
    }
    std::printf("worst %.2f ms\n", worst);
}
