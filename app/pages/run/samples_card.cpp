#include "app/pages/run/samples_card.h"

#include "app/project/json_text.h"
#include "widgets/look.h"

#include <QDir>
#include <QEvent>
#include <QLocale>
#include <QMenu>
#include <QToolButton>

#include <set>

namespace quell {
namespace {

constexpr const char *models[] = {"teacher", "pruned", "reference", "filtered"};

QString modelName(const QString &model)
{
    if (model == QLatin1String("teacher"))
        return SamplesCard::tr("teacher");
    if (model == QLatin1String("pruned"))
        return SamplesCard::tr("pruned");
    if (model == QLatin1String("reference"))
        return SamplesCard::tr("reference");
    return model == QLatin1String("filtered") ? SamplesCard::tr("filtered") : model;
}

QString groupName(const SampleSet &set, const QString &picture)
{
    if (set.asked)
        return SamplesCard::tr("asked for");
    if (picture.startsWith(QLatin1String("target")))
        return SamplesCard::tr("target");
    return picture.startsWith(QLatin1String("neighbour")) ? SamplesCard::tr("neighbour") : SamplesCard::tr("unrelated");
}

bool hasUnsafeConcept(const Json &spec)
{
    if (!spec.contains("concepts") || !spec["concepts"].is_array())
        return false;
    return std::any_of(spec["concepts"].begin(), spec["concepts"].end(), [](const Json &one) { return textOf(one, "kind") == QLatin1String("unsafe"); });
}

} // namespace

SamplesCard::SamplesCard(QWidget *parent) : Card({}, {}, parent), m_grid(new SampleGrid(this)), m_slider(new StepSlider(this)), m_beside(new QToolButton(this))
{
    m_beside->setAutoRaise(true);
    m_beside->setFocusPolicy(Qt::StrongFocus);
    m_beside->setPopupMode(QToolButton::InstantPopup);
    m_beside->setMenu(new QMenu(m_beside));
    connect(m_beside->menu(), &QMenu::aboutToShow, this, &SamplesCard::fillMenu);
    corner()->addWidget(m_beside);
    body()->addWidget(m_grid, 1);
    body()->addWidget(m_slider);
    const auto choose = [this](qint64 step) {
        const auto steps = m_grid->steps();
        m_follow = steps.isEmpty() || step == steps.last();
        Q_EMIT stepChosen(step);
    };
    connect(m_slider, &StepSlider::stepChosen, this, [this, choose](qint64 step) {
        m_grid->setCurrentStep(step);
        choose(step);
    });
    connect(m_grid, &SampleGrid::stepChanged, this, [this, choose](qint64 step) {
        m_slider->setStep(step);
        choose(step);
    });
    connect(m_grid, &SampleGrid::activated, this, &SamplesCard::compareWanted);
    retranslate();
}

void SamplesCard::fillMenu()
{
    auto *menu = m_beside->menu();
    menu->clear();
    for (const auto *name : models) {
        const auto model = QString::fromLatin1(name);
        const bool drawn = m_run && std::any_of(m_run->samples().begin(), m_run->samples().end(), [&](const SampleSet &set) { return set.model == model; });
        auto *action = menu->addAction(modelName(model));
        action->setCheckable(true);
        action->setChecked(m_shown.contains(model));
        action->setEnabled(drawn);
        connect(action, &QAction::toggled, this, [this, model](bool on) {
            on ? (void)m_shown.insert(model) : (void)m_shown.remove(model);
            refresh();
        });
    }
}

void SamplesCard::setRun(LiveRun *run)
{
    m_run = run;
    m_follow = true;
    m_grid->setBlurred(run && hasUnsafeConcept(run->spec()));
    refresh();
}

void SamplesCard::refresh()
{
    QVector<SampleGrid::Prompt> prompts;
    QStringList keys; // of the rows: group and prompt
    std::map<std::tuple<QString, qint64, QString>, QString> files; // by model, step and key
    std::set<qint64> steps;
    const auto keyOf = [](const SampleSet &set, int i) -> QString { return groupName(set, set.pictures[i]) + QLatin1Char('\n') + set.prompts[i]; };
    for (const auto &set : m_run ? m_run->samples() : std::vector<SampleSet>()) {
        for (int i = 0; i < set.pictures.size() && i < set.prompts.size(); ++i) {
            const auto key = keyOf(set, i);
            if (!keys.contains(key)) {
                keys << key;
                prompts << SampleGrid::Prompt{set.prompts[i], groupName(set, set.pictures[i])};
            }
            files[{set.model, set.step, key}] = QDir(set.folder).filePath(set.pictures[i]);
        }
        if (set.model == QLatin1String("student"))
            steps.insert(set.step);
    }
    QVector<SampleGrid::Column> columns;
    const auto addColumn = [&](const QString &model, qint64 step, const QString &title, bool sticky) {
        SampleGrid::Column column{title, step, {}, sticky};
        for (const auto &key : keys) {
            const auto found = files.find({model, step, key});
            column.files << (found == files.end() ? QString() : found->second);
        }
        if (!sticky || column.files.join(QString()).size() > 0)
            columns << column;
    };
    for (const auto *name : models)
        if (m_shown.contains(QLatin1String(name)))
            addColumn(QString::fromLatin1(name), 0, modelName(QLatin1String(name)), true);
    for (const auto step : steps)
        addColumn(QStringLiteral("student"), step, QLocale().toString(step), false);
    const auto before = m_slider->step();
    m_grid->setContent(prompts, columns);
    m_slider->setSteps(m_grid->steps());
    setStep(m_follow && !steps.empty() ? *steps.rbegin() : before);
}

void SamplesCard::setStep(qint64 step)
{
    m_slider->setStep(step);
    if (m_slider->step() >= 0)
        m_grid->setCurrentStep(m_slider->step());
}

void SamplesCard::retranslate()
{
    setTitle(tr("Samples"));
    setSubtitle(tr("same noise at every step"));
    m_beside->setText(tr("Beside"));
    m_beside->setToolTip(tr("Models whose pictures stay in sight beside the student's"));
    m_beside->setAccessibleName(tr("Models beside the student"));
    m_grid->setAccessibleName(tr("Samples by prompt and step"));
    m_grid->setPlaceholder(tr("The student's pictures for the sample prompts will be shown here, from step 0 on."));
    refresh();
}

void SamplesCard::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    Card::changeEvent(event);
}

} // namespace quell
