#include "app/pages/run/run_page.h"

#include "app/pages/run/quick_settings.h"
#include "app/pages/run/run_controls.h"
#include "app/pages/run/run_plots.h"
#include "app/pages/run/samples_card.h"
#include "app/pages/run/score_row.h"
#include "app/pages/run/settings_form.h"
#include "app/project/json_text.h"
#include "app/run/run_texts.h"
#include "app/window/studio.h"
#include "widgets/in_background.h"
#include "widgets/look.h"

#include <QButtonGroup>
#include <QEvent>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>
#include <QWidgetAction>

namespace quell {
namespace {

QScrollArea *scrolling(QWidget *content, QWidget *parent)
{
    auto *area = new QScrollArea(parent);
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    content->setAutoFillBackground(false);
    area->viewport()->setAutoFillBackground(false);
    return area;
}

QLabel *chip(QWidget *parent)
{
    auto *label = new QLabel(parent);
    auto font = label->font();
    font.setPointSizeF(font.pointSizeF() * look::captionScale);
    label->setFont(font);
    label->setAutoFillBackground(true);
    label->setBackgroundRole(QPalette::AlternateBase);
    label->setContentsMargins(look::gap, look::gap / 2, look::gap, look::gap / 2);
    label->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    label->setTextFormat(Qt::PlainText);
    return label;
}

bool upperEnabled(const Json &spec)
{
    return !spec.contains("upper") || !spec["upper"].is_object() || spec["upper"].value("enabled", true);
}

// "Suppress “neon” and “ink”"
QString purpose(const Json &spec)
{
    QStringList names;
    if (spec.contains("concepts") && spec["concepts"].is_array() && upperEnabled(spec))
        for (const auto &one : spec["concepts"])
            names << RunPage::tr("“%1”").arg(textOf(one, one.contains("name") ? "name" : "phrase"));
    return names.isEmpty() ? RunPage::tr("Fine-tune") : RunPage::tr("Suppress %1").arg(QLocale().createSeparatedList(names));
}

QMenu *emptied(QToolButton *button)
{
    button->menu()->clear();
    return button->menu();
}

// A menu that holds one widget.
void fill(QMenu *menu, QWidget *content)
{
    auto *action = new QWidgetAction(menu);
    action->setDefaultWidget(content);
    menu->addAction(action);
}

QToolButton *menuButton(QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setAutoRaise(true);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setMenu(new QMenu(button));
    return button;
}

} // namespace

RunPage::RunPage(Studio &studio, QWidget *parent) : Page(studio, parent)
{
    build();
    addActions();
    follow();
    retranslate();
    takeProject();
    takeRun();
}

void RunPage::build()
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::padding);
    layout->addLayout(makeHeader());
    layout->addLayout(makeMessage());
    m_quick = new QuickSettings(this);
    layout->addWidget(m_quick);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(makeWork());
    m_form = new SettingsForm;
    m_stack->addWidget(scrolling(m_form, this));
    layout->addWidget(m_stack, 1);
    m_controls = new RunControls(studio(), this);
    layout->addWidget(m_controls);
}

QLayout *RunPage::makeHeader()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(look::gap);
    m_heading = new QLabel(this);
    m_heading->setTextFormat(Qt::PlainText);
    auto font = m_heading->font();
    font.setPointSizeF(font.pointSizeF() * look::titleScale);
    font.setWeight(QFont::DemiBold);
    m_heading->setFont(font);
    m_student = chip(this);
    m_method = chip(this);
    m_notes = menuButton(this);
    m_differences = menuButton(this);
    connect(m_notes->menu(), &QMenu::aboutToShow, this, &RunPage::fillNotes);
    connect(m_differences->menu(), &QMenu::aboutToShow, this, &RunPage::fillDifferences);
    m_simple = new QPushButton(this);
    m_advanced = new QPushButton(this);
    auto *levels = new QButtonGroup(this);
    for (auto *button : {m_simple, m_advanced}) {
        button->setCheckable(true);
        levels->addButton(button);
    }
    m_simple->setChecked(true);
    connect(m_advanced, &QPushButton::toggled, this, &RunPage::showAdvanced);
    for (auto *widget : std::initializer_list<QWidget *>{m_heading, m_student, m_method, m_notes})
        row->addWidget(widget);
    row->addStretch(1);
    row->addWidget(m_differences);
    auto *pair = new QHBoxLayout;
    pair->setSpacing(0);
    pair->addWidget(m_simple);
    pair->addWidget(m_advanced);
    row->addLayout(pair);
    return row;
}

QLayout *RunPage::makeMessage()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(look::gap);
    m_sign = new QLabel(this);
    m_message = new QLabel(this);
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText);
    m_remedyButton = new QPushButton(this);
    connect(m_remedyButton, &QPushButton::clicked, this, [this] {
        const auto remedy = m_remedy;
        tell({});
        if (remedy)
            remedy();
    });
    row->addWidget(m_sign);
    row->addWidget(m_message, 1);
    row->addWidget(m_remedyButton);
    return row;
}

QWidget *RunPage::makeWork()
{
    auto *content = new QWidget;
    m_panes = new QBoxLayout(QBoxLayout::LeftToRight, content);
    m_panes->setContentsMargins(0, 0, 0, 0);
    m_panes->setSpacing(look::padding);
    auto *left = new QVBoxLayout;
    left->setSpacing(look::padding);
    m_plots = new RunPlots(content);
    m_scores = new ScoreRow(content);
    m_samples = new SamplesCard(content);
    left->addWidget(m_plots, 1);
    left->addWidget(m_scores);
    m_panes->addLayout(left, 4);
    m_panes->addWidget(m_samples, 3);
    return scrolling(content, this);
}

void RunPage::addActions()
{
    auto *levels = studio().actions()->add(QStringLiteral("run.advanced"), tr("Run"), {}, QKeySequence(QStringLiteral("Ctrl+Shift+A")), this);
    connect(levels, &QAction::triggered, this, [this] { (m_advanced->isChecked() ? m_simple : m_advanced)->setChecked(true); });
    const auto onPlot = [this](const char *id, auto run) {
        auto *action = studio().actions()->add(QString::fromLatin1(id), tr("Run"), {}, {}, this);
        connect(action, &QAction::triggered, this, [this, run] { ((m_plots->upper()->hasFocus() ? m_plots->upper() : m_plots->lower())->*run)(); });
    };
    onPlot("run.saveCsv", &Plot::saveCsv);
    onPlot("run.savePicture", &Plot::savePicture);
}

void RunPage::follow()
{
    auto *controller = studio().controller();
    connect(&studio(), &Studio::projectChanged, this, &RunPage::takeProject);
    connect(controller, &RunController::runChanged, this, &RunPage::takeRun);
    connect(controller, &RunController::liveChanged, this, [this] {
        if (studio().controller()->live())
            tell({});
        showHeader();
        showState();
    });
    connect(controller, &RunController::refused, this, [this](const QString &message) { tell(message); });
    connect(controller, &RunController::ended, this, &RunPage::takeEnd);
    connect(m_plots, &RunPlots::stepChosen, m_samples, &SamplesCard::setStep);
    connect(m_plots, &RunPlots::saveFailed, this, [this](const QString &message) { tell(message); });
    connect(m_samples, &SamplesCard::stepChosen, m_plots, &RunPlots::setStep);
    connect(m_samples, &SamplesCard::compareWanted, this, [this] {
        if (m_run)
            studio().compare(m_run->folder());
    });
}

void RunPage::takeProject()
{
    if (m_project)
        m_project->disconnect(this);
    m_project = studio().project();
    m_form->setProject(m_project);
    m_quick->setProject(m_project);
    if (m_project)
        connect(m_project, &Project::draftChanged, this, &RunPage::showDraft);
    readPresets();
    showDraft();
}

void RunPage::readPresets()
{
    inBackground(
        this, [folder = QString(resourcesFolder() + QStringLiteral("/presets"))] { return Presets::read(folder); },
        [this](Presets presets) {
            m_presets = std::move(presets);
            showDraft();
        });
}

void RunPage::showDraft()
{
    m_form->show(m_presets);
    m_quick->show(m_presets);
    showHeader();
    showState();
}

void RunPage::takeRun()
{
    if (m_run)
        m_run->disconnect(this);
    m_run = studio().controller()->run();
    if (m_run)
        connect(m_run, &LiveRun::changed, this, &RunPage::refreshSoon);
    m_plots->setRun(m_run);
    m_samples->setRun(m_run);
    refreshSoon(LiveRun::Metrics | LiveRun::Status | LiveRun::Scores | LiveRun::Events);
}

void RunPage::refreshSoon(LiveRun::Parts parts)
{
    m_waiting |= parts;
    studio().frames()->request(this, [this] { refresh(); });
}

void RunPage::refresh()
{
    showState();
    if (!isVisible())
        return; // showEvent comes back to it
    const auto parts = std::exchange(m_waiting, {});
    if (parts & (LiveRun::Metrics | LiveRun::Samples | LiveRun::Checkpoints))
        m_plots->refresh();
    if (parts & LiveRun::Samples)
        m_samples->refresh();
    if (parts & (LiveRun::Metrics | LiveRun::Scores))
        m_scores->show(m_run);
    if (parts & (LiveRun::Status | LiveRun::Events))
        showHeader();
    m_quick->setStepSeconds(m_run ? m_run->stepSeconds() : 0);
    m_controls->refresh();
}

void RunPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    refreshSoon(LiveRun::Metrics | LiveRun::Status);
}

// Side by side where there is room, else one below the other in the scroll area.
void RunPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    m_panes->setDirection(width() < fontMetrics().averageCharWidth() * 125 ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

const Json &RunPage::subject() const
{
    static const Json none = Json::object();
    if (m_run)
        return m_run->spec();
    return m_project ? m_project->draft() : none;
}

void RunPage::showHeader()
{
    const auto &spec = subject();
    m_heading->setText(purpose(spec));
    const auto student = textOf(spec, "student");
    m_student->setText(QFileInfo(student).fileName());
    m_student->setToolTip(student);
    m_student->setVisible(!student.isEmpty());
    const auto solver = spec.contains("solver") ? textOf(spec["solver"], "name") : m_project ? toQString(effectiveValue(*m_project, m_presets, *findSetting(QStringLiteral("/solver/name")))) : QString();
    m_method->setText(RunTexts::method(upperEnabled(spec) ? solver : QStringLiteral("fine-tuning")));
    m_plots->setSubject(upperEnabled(spec) ? tr("suppress the concept") : tr("switched off: nothing is suppressed"));
    const int notes = m_run ? int(m_run->notes().size()) : 0;
    m_notes->setText(tr("%n note(s)", nullptr, notes));
    m_notes->setVisible(notes > 0);
    const int count = m_project ? int(differences(*m_project, m_presets).size()) : 0;
    m_differences->setText(tr("differs from preset: %1").arg(QLocale().toString(count)));
    m_differences->setEnabled(count > 0);
    m_quick->setVisible(m_simple->isChecked() && !studio().controller()->live());
}

QString RunPage::problem() const
{
    if (!m_project)
        return tr("Open a project to make a run.");
    if (m_project->text(QStringLiteral("/teacher")).isEmpty())
        return tr("The run has no teacher yet; choose one on the Model page.");
    if (m_project->text(QStringLiteral("/student")).isEmpty())
        return tr("The run has no student yet; choose or prune one on the Model page.");
    if (m_project->text(QStringLiteral("/lower/data")).isEmpty())
        return tr("The run has no pictures yet; choose a folder on the Data page.");
    const auto concepts = m_project->value(QStringLiteral("/concepts"));
    if (upperEnabled(m_project->draft()) && (!concepts.is_array() || concepts.empty()))
        return tr("The upper level has nothing to suppress; add a concept, or switch “suppress” off under Advanced.");
    return {};
}

void RunPage::showState()
{
    const auto why = problem();
    m_controls->setStartProblem(why);
    const bool live = studio().controller()->live();
    if (!m_told.isEmpty())
        setState(State::NeedsYou, m_told);
    else if (live)
        setState(State::UnderWay);
    else if (m_run && m_run->state() == RunState::Failed)
        setState(State::NeedsYou, tr("The run failed: %1").arg(m_run->error()));
    else if (m_run && m_run->state() == RunState::Complete)
        setState(State::Ready);
    else
        setState(State::Nothing);
    const auto line = !reason().isEmpty() ? reason() : live ? QString() : why;
    m_message->setText(line);
    m_message->setVisible(!line.isEmpty());
    m_sign->setVisible(!reason().isEmpty());
    m_remedyButton->setVisible(!m_told.isEmpty() && m_remedy);
}

void RunPage::tell(const QString &message, const QString &actionText, std::function<void()> action)
{
    m_told = message;
    m_remedy = std::move(action);
    m_remedyButton->setText(actionText);
    showState();
}

void RunPage::takeEnd(const EngineExit &exit)
{
    if (exit.clean())
        return;
    std::function<void()> remedy;
    if (exit.action() == NextAction::Resume && m_run)
        remedy = [this, folder = m_run->folder()] { studio().controller()->resumeRun(folder); };
    else if (exit.action() == NextAction::EditSettings)
        remedy = [this] { m_advanced->setChecked(true); };
    tell(exit.message(), exit.actionText(), std::move(remedy));
}

void RunPage::showAdvanced(bool yes)
{
    m_stack->setCurrentIndex(yes ? 1 : 0);
    showHeader();
}

// Setting, the preset's value, the draft's, and the way back.
void RunPage::fillDifferences()
{
    auto *menu = emptied(m_differences);
    auto *content = new QWidget(menu);
    auto *grid = new QGridLayout(content);
    grid->setHorizontalSpacing(look::margin);
    for (const auto *setting : m_project ? differences(*m_project, m_presets) : QVector<const Setting *>()) {
        const int row = grid->rowCount();
        const auto was = settingText(*setting, presetValue(*m_project, m_presets, *setting)), is = settingText(*setting, effectiveValue(*m_project, m_presets, *setting));
        auto *reset = new QPushButton(tr("Reset"), content);
        reset->setAccessibleName(tr("Reset %1 to %2").arg(settingName(*setting), was));
        grid->addWidget(new QLabel(settingName(*setting), content), row, 0);
        grid->addWidget(new QLabel(tr("%1, preset %2").arg(is, was), content), row, 1);
        grid->addWidget(reset, row, 2);
        connect(reset, &QPushButton::clicked, this, [this, setting, reset] {
            editSetting(*m_project, *setting, Json());
            reset->setEnabled(false);
        });
    }
    fill(menu, content);
}

void RunPage::fillNotes()
{
    auto *menu = emptied(m_notes);
    auto *label = new QLabel(m_run ? m_run->notes().join(QStringLiteral("\n\n")) : QString(), menu);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setContentsMargins(look::padding, look::padding, look::padding, look::padding);
    label->setMinimumWidth(fontMetrics().averageCharWidth() * 60);
    fill(menu, label);
}

void RunPage::retranslate()
{
    m_simple->setText(tr("Simple"));
    m_advanced->setText(tr("Advanced"));
    m_advanced->setToolTip(tr("All settings of the next run"));
    m_differences->setToolTip(tr("Settings of the draft that are not the preset's"));
    m_notes->setToolTip(tr("What the engine found in the data"));
    const int side = fontMetrics().height();
    m_sign->setPixmap(look::icon(QStringLiteral("warning")).pixmap(QSize(side, side), devicePixelRatioF()));
    m_sign->setAccessibleName(tr("Needs you"));
    const auto name = [this](const char *id, const QString &text) { studio().actions()->action(QString::fromLatin1(id))->setText(text); };
    name("run.advanced", tr("Switch between Simple and Advanced"));
    name("run.saveCsv", tr("Save the losses as CSV…"));
    name("run.savePicture", tr("Save a picture of the losses…"));
    showHeader();
    showState();
}

void RunPage::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::PaletteChange)
        retranslate();
    Page::changeEvent(event);
}

} // namespace quell
