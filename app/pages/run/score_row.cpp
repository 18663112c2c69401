#include "app/pages/run/score_row.h"

#include "app/project/json_text.h"
#include "widgets/look.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>

#include <cmath>

namespace quell {
namespace {

const QString dash = QStringLiteral("—");

QString percent(double share) { return QLocale().toString(share * 100, 'f', 0); }

QString signedNumber(double value)
{
    return (value < 0 ? QStringLiteral("−") : QStringLiteral("+")) + QLocale().toString(std::abs(value), 'f', 3);
}

} // namespace

ScoreRow::ScoreRow(QWidget *parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("card"));
    auto *across = new QHBoxLayout(this);
    across->setContentsMargins(look::padding, look::padding, look::padding, look::padding);
    across->setSpacing(look::margin);
    for (auto &field : m_fields) {
        auto *down = new QVBoxLayout;
        down->setSpacing(0);
        auto *head = new QHBoxLayout, *foot = new QHBoxLayout;
        head->setSpacing(look::gap / 2);
        foot->setSpacing(look::gap / 2);
        field = {new QLabel(this), new QLabel(this), new QLabel(dash, this), new QLabel(this)};
        auto small = field.name->font(), large = field.value->font();
        small.setPointSizeF(small.pointSizeF() * look::captionScale);
        large.setPointSizeF(large.pointSizeF() * look::titleScale);
        large.setWeight(QFont::DemiBold);
        for (auto *label : {field.name, field.detail}) {
            label->setFont(small);
            label->setProperty("faint", true);
        }
        field.value->setFont(large);
        head->addWidget(field.swatch);
        head->addWidget(field.name, 1);
        foot->addWidget(field.value);
        foot->addWidget(field.detail, 1, Qt::AlignBottom);
        down->addLayout(head);
        down->addLayout(foot);
        across->addLayout(down);
        across->addStretch();
    }
    recolor();
    retranslate();
}

void ScoreRow::recolor()
{
    constexpr look::Meaning meanings[Count] = {look::Meaning::Suppressed, look::Meaning::Kept, look::Meaning::Kept, look::Meaning::Lower, look::Meaning::Teacher};
    const int side = fontMetrics().height();
    for (int i = 0; i < Count; ++i) {
        QPixmap line(QSize(side, 3) * devicePixelRatioF());
        line.setDevicePixelRatio(devicePixelRatioF());
        line.fill(look::color(meanings[i], palette()));
        m_fields[i].swatch->setPixmap(line);
    }
}

void ScoreRow::retranslate()
{
    const std::pair<QString, QString> texts[Count] = {
        {tr("suppressed"), tr("Share of the pictures for the concept's prompts in which the concept is not recognised, with its 95 % interval.")},
        {tr("kept"), tr("Share of the other pictures in which what they should show is still recognised, with its 95 % interval.")},
        {tr("in the prompt"), tr("How often the object is still recognised where prompts name the suppressed style, with its 95 % interval.")},
        {tr("gap"), tr("Lower loss on one frozen batch, less the reference's on the same batch: what suppression costs so far.")},
        {tr("gradient angle"), tr("Between both levels' gradients at the same weights. Above 90° the levels pull against each other.")}};
    for (int i = 0; i < Count; ++i) {
        m_fields[i].name->setText(texts[i].first);
        for (auto *label : {m_fields[i].name, m_fields[i].value, m_fields[i].detail})
            label->setToolTip(texts[i].second);
    }
    setAccessibleName(tr("Scores"));
}

void ScoreRow::showShare(const Field &field, const Json &figure, bool complement)
{
    double value = numberOf(figure, "value", std::nan("")), low = numberOf(figure, "low", value), high = numberOf(figure, "high", value);
    if (complement)
        std::tie(value, low, high) = std::tuple(1 - value, 1 - high, 1 - low);
    const bool known = std::isfinite(value);
    field.value->setText(known ? tr("%1 %").arg(percent(value)) : dash);
    field.detail->setText(known ? tr("± %1").arg(percent((high - low) / 2)) : QString());
    field.value->setAccessibleName(known ? tr("%1: %2 percent, between %3 and %4").arg(field.name->text(), percent(value), percent(low), percent(high))
                                         : tr("%1: not measured yet").arg(field.name->text()));
}

void ScoreRow::show(const LiveRun *run)
{
    Json figures;
    bool style = true;
    if (run && run->scores().is_object()) {
        const auto &scores = run->scores();
        style = !scores.contains("concept") || textOf(scores["concept"], "kind") != QLatin1String("object");
        if (scores.contains("models") && scores["models"].contains("student"))
            figures = scores["models"]["student"];
    }
    const auto figure = [&](const char *name) { return figures.is_object() && figures.contains(name) ? figures[name] : Json(); };
    showShare(m_fields[Suppressed], figure(style ? "target_style" : "target_object"), true);
    showShare(m_fields[Kept], figure(style ? "other_style" : "other_object"), false);
    showShare(m_fields[InPrompt], style ? figure("target_object") : Json(), false); // of an object concept that is the suppression itself
    const auto last = [run](const char *name) {
        const auto *series = run ? &run->series(QLatin1String(name)) : nullptr;
        return series && !series->empty() ? series->y(series->size() - 1) : std::nan("");
    };
    const double gap = last("gap"), reference = last("probe") - gap, angle = last("gradient_angle");
    m_fields[Gap].value->setText(std::isfinite(gap) ? signedNumber(gap) : dash);
    m_fields[Gap].detail->setText(std::isfinite(reference) ? tr("reference %1").arg(QLocale().toString(reference, 'f', 3)) : QString());
    m_fields[Angle].value->setText(std::isfinite(angle) ? tr("%1°").arg(QLocale().toString(angle, 'f', 0)) : dash);
}

void ScoreRow::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    if (event->type() == QEvent::PaletteChange)
        recolor();
    QFrame::changeEvent(event);
}

} // namespace quell
