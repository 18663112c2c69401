#include "app/pages/compare/compare_page.h"

#include "app/pages/compare/compare_foot.h"
#include "app/pages/compare/pane_choosers.h"
#include "app/pages/compare/prompt_column.h"
#include "app/pages/compare/run_differences.h"
#include "app/pages/compare/step_strip.h"
#include "app/pages/compare/view_actions.h"
#include "app/pages/run/settings.h"
#include "app/project/json_text.h"
#include "app/run/run_reader.h"
#include "app/window/studio.h"
#include "widgets/card.h"
#include "widgets/compare_sheet.h"
#include "widgets/in_background.h"
#include "widgets/look.h"

#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QImageReader>
#include <QLabel>
#include <QMenu>
#include <QSaveFile>
#include <QSettings>
#include <QStackedWidget>

#include <algorithm>

namespace quell {
namespace {

// In a thread: the run as far as pictures need it.
std::shared_ptr<LiveRun> readRun(const QString &folder)
{
    const auto log = readRunLog(folder);
    if (!log)
        return nullptr;
    std::shared_ptr<LiveRun> run(new LiveRun(folder, log->spec), [](LiveRun *gone) { gone->deleteLater(); });
    run->addEvents(log->events);
    if (const auto scores = read_json(QString(folder + QStringLiteral("/scores.json")).toStdString()))
        run->setScores(*scores);
    run->moveToThread(QCoreApplication::instance()->thread());
    return run;
}

QString imageFilter()
{
    QStringList patterns;
    for (const auto &format : QImageReader::supportedImageFormats())
        patterns << QStringLiteral("*.%1").arg(QString::fromLatin1(format));
    return patterns.join(QLatin1Char(' '));
}

// Empty: written.
QString writeSheet(const QString &path, const QString &title, const QVector<SheetPane> &panes, const QFont &font, const Json &description)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || !makeCompareSheet(title, panes, font).save(&file, "PNG") || !file.commit())
        return file.errorString();
    const QFileInfo info(path);
    const auto beside = info.dir().filePath(info.completeBaseName() + QStringLiteral(".json"));
    const auto written = write_atomically(beside.toStdString(), description.dump(2) + "\n");
    return written ? QString() : QString::fromStdString(to_string(written.error()));
}

} // namespace

ComparePage::ComparePage(Studio &studio, QWidget *parent)
    : Page(studio, parent), m_drawer(new PromptDrawer(this)), m_stack(new QStackedWidget(this)), m_empty(new EmptyState({}, {}, {}, this)), m_choosers(new PaneChoosers(this)),
      m_promptColumn(new PromptColumn(this)), m_view(new CompareView(this)), m_stepStrip(new StepStrip(this)), m_differences(new RunDifferences(this)),
      m_viewActions(new ViewActions(studio.actions(), m_view, this)), m_foot(new CompareFoot(m_view, m_viewActions->options(), this))
{
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(makeContent());
    addAction("compare.step-back", QKeySequence(QStringLiteral("Alt+Left")), [this] { chooseStep(m_stepStrip->current() - 1); });
    addAction("compare.step-on", QKeySequence(QStringLiteral("Alt+Right")), [this] { chooseStep(m_stepStrip->current() + 1); });
    addAction("compare.add-pane", {}, [this] { addPane(); });
    addAction("compare.copy", QKeySequence::Copy, [this] { copy(); });
    addAction("compare.save", QKeySequence::Save, [this] { chooseSheet(); });
    connectView();
    connectParts();
    connect(studio.controller(), &RunController::runChanged, this, &ComparePage::followController);
    connect(&studio, &Studio::projectChanged, this, [this] {
        m_wanted.clear();
        m_others.clear();
        followController();
    });
    retranslate();
    followController();
}

ComparePage::~ComparePage() = default;

QString ComparePage::title() const { return tr("Compare"); }

// Building

QWidget *ComparePage::makeContent()
{
    auto *content = new QWidget(this);
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(look::margin, look::margin, look::margin, look::margin);
    layout->setSpacing(look::padding);
    auto *pictures = new QVBoxLayout;
    pictures->setSpacing(look::gap);
    pictures->addWidget(m_view, 1);
    pictures->addWidget(m_stepStrip);
    pictures->addWidget(m_differences);
    auto *columns = new QHBoxLayout;
    columns->setSpacing(look::padding);
    columns->addWidget(m_promptColumn);
    columns->addLayout(pictures, 1);
    layout->addLayout(makeHead());
    layout->addLayout(columns, 1);
    layout->addWidget(m_foot);
    return content;
}

QLayout *ComparePage::makeHead()
{
    auto *head = new QHBoxLayout;
    head->setSpacing(look::padding);
    m_title = new QLabel(this);
    auto font = m_title->font();
    font.setPointSizeF(font.pointSizeF() * look::titleScale);
    font.setWeight(QFont::DemiBold);
    m_title->setFont(font);
    m_about = new QLabel(this);
    m_about->setProperty("faint", true);
    m_about->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    head->addWidget(m_title);
    head->addWidget(m_about, 1);
    head->addWidget(m_choosers);
    return head;
}

void ComparePage::addAction(const char *id, const QKeySequence &keys, const std::function<void()> &run)
{
    connect(studio().actions()->add(QString::fromLatin1(id), title(), {}, keys, this), &QAction::triggered, this, [run] { run(); });
}

void ComparePage::connectView()
{
    connect(m_view, &CompareView::swapped, this, [this] {
        std::swap(m_sources[0], m_sources[1]);
        refreshChoosers();
    });
    connect(m_view, &CompareView::fileDropped, this, [this](int pane, const QString &path) { setSource(pane, {{}, {}, -1, path}); });
    connect(m_view, &CompareView::obscuredChanged, this, [this](bool obscured) {
        if (!obscured && m_run)
            m_revealed = m_run->folder();
        updateObscured();
    });
    connect(m_view, &CompareView::loaded, this, [this] {
        QSettings settings;
        const bool seen = settings.value(QStringLiteral("compare/sliderShown")).toBool();
        if (seen || !m_view->isVisible() || m_view->isLoading() || m_view->panes().size() < 2)
            return;
        settings.setValue(QStringLiteral("compare/sliderShown"), true);
        m_view->showHandle();
    });
}

void ComparePage::connectParts()
{
    connect(m_empty, &EmptyState::clicked, this, [this] { Q_EMIT studio().pageWanted(QStringLiteral("run")); });
    connect(m_choosers, &PaneChoosers::menuWanted, this, &ComparePage::fillSourceMenu);
    connect(m_choosers, &PaneChoosers::addWanted, this, &ComparePage::addPane);
    connect(m_promptColumn, &PromptColumn::chosen, this, [this](const ComparePrompt &prompt) {
        m_prompt = prompt;
        refreshSteps();
        refreshPanes();
    });
    connect(m_promptColumn, &PromptColumn::drawWanted, this, &ComparePage::drawPrompt);
    connect(m_promptColumn, &PromptColumn::cancelWanted, m_drawer, &PromptDrawer::cancel);
    connect(m_stepStrip, &StepStrip::chosen, this, &ComparePage::chooseStep);
    connect(m_foot, &CompareFoot::copyWanted, this, &ComparePage::copy);
    connect(m_foot, &CompareFoot::sheetWanted, this, &ComparePage::chooseSheet);
    connect(m_drawer, &PromptDrawer::changed, this, [this] {
        if (!m_drawer->isDrawing() && m_drawer->error().isEmpty())
            m_promptColumn->tell({});
        refresh();
    });
    connect(m_drawer, &PromptDrawer::drawing, this, [this](const QString &model) { m_promptColumn->tell(tr("Drawing with the model “%1”").arg(modelName(model))); });
    connect(m_drawer, &PromptDrawer::failed, this,
            [this](const QString &model) { m_promptColumn->tell(tr("The model “%1” could not draw it: %2").arg(modelName(model), m_drawer->error())); });
}

void ComparePage::resizeEvent(QResizeEvent *event)
{
    m_foot->fit(width() - 2 * look::margin);
    Page::resizeEvent(event);
}

void ComparePage::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    if (event->type() == QEvent::PaletteChange)
        refreshPanes();
    Page::changeEvent(event);
}

void ComparePage::retranslate()
{
    m_title->setText(title());
    m_empty->setTexts(tr("Nothing to compare yet"), tr("Here the pictures of the teacher, the pruned model and the student stand side by side, for the same prompts from the same noise. A run draws the first when it starts."),
                      tr("Go to the run"));
    auto *actions = studio().actions();
    actions->setText("compare.step-back", tr("Back in the run"));
    actions->setText("compare.step-on", tr("On in the run"));
    actions->setText("compare.add-pane", tr("Add a pane"));
    actions->setText("compare.copy", tr("Copy the comparison"));
    actions->setText("compare.save", tr("Save a sheet…"));
    m_viewActions->retranslate();
    refresh();
}

// Runs

void ComparePage::followController()
{
    auto *shown = studio().controller()->run();
    if (studio().controller()->live())
        m_wanted.clear(); // what starts now is what one wants to see
    if (!m_wanted.isEmpty() && !(shown && shown->folder() == m_wanted))
        return;
    m_loaded.reset();
    showRun(shown);
}

void ComparePage::setRun(const QString &folder)
{
    m_wanted = folder;
    if (auto *shown = studio().controller()->run(); shown && shown->folder() == folder)
        return followController();
    load(folder, [this, folder](const LoadedRun &run) {
        if (folder != m_wanted)
            return;
        if (!run)
            return studio().notify(tr("The run in %1 cannot be read, so its pictures cannot be compared.").arg(folder));
        m_loaded = run;
        showRun(run.get());
    });
}

void ComparePage::load(const QString &folder, std::function<void(const LoadedRun &)> done)
{
    inBackground(this, [folder] { return readRun(folder); }, [done = std::move(done)](const LoadedRun &run) { done(run); });
}

void ComparePage::showRun(LiveRun *run)
{
    if (run == m_run && run)
        return refresh();
    if (m_run)
        m_run->disconnect(this);
    m_run = run;
    m_sources.clear();
    m_defaults.clear();
    m_drawer->cancel();
    if (run)
        connect(run, &LiveRun::changed, this, [this](LiveRun::Parts parts) {
            if (parts & (LiveRun::Samples | LiveRun::Scores | LiveRun::Status))
                refreshSoon();
        });
    refresh();
}

LiveRun *ComparePage::runOf(const CompareSource &source) const
{
    if (m_run && m_run->folder() == source.run)
        return m_run;
    return m_others.value(source.run).get();
}

void ComparePage::refreshSoon()
{
    studio().frames()->request(this, [this] { refresh(); });
}

void ComparePage::refresh()
{
    const bool any = m_run && !m_run->samples().empty();
    m_stack->setCurrentIndex(any);
    updateState();
    if (!any)
        return;
    // Until somebody chooses, the best pair of those that have been drawn.
    if (m_sources == m_defaults)
        m_sources = m_defaults = defaultSources(*m_run);
    refreshPrompts();
    refreshSteps();
    refreshPanes();
    updateAbout();
    m_promptColumn->setDrawing(m_drawer->isDrawing());
}

void ComparePage::updateState()
{
    if (!m_run || m_run->samples().empty())
        return setState(State::Nothing);
    const bool works = m_run->state() == RunState::Running || m_run->state() == RunState::Paused;
    setState(works ? State::UnderWay : State::Ready);
}

void ComparePage::updateObscured()
{
    const auto unsafe = [this](const CompareSource &source) { return runOf(source) && isUnsafe(runOf(source)->spec()); };
    const bool hidden = m_run && m_revealed != m_run->folder() && std::any_of(m_sources.begin(), m_sources.end(), unsafe);
    m_view->setObscured(hidden);
    m_promptColumn->setObscured(hidden);
    m_stepStrip->setObscured(hidden);
}

// From what noise, and how, the pictures were drawn.
void ComparePage::updateAbout()
{
    const Json none = Json::object();
    const auto &spec = m_run->spec();
    const auto &samples = spec.contains("samples") ? spec["samples"] : none;
    const auto name = textOf(spec, "name");
    const auto *sampler = findSetting(QStringLiteral("/samples/sampler"));
    m_about->setText(tr("%1 · seed %2 · %3, %4 steps · guidance %5")
                         .arg(name.isEmpty() ? QFileInfo(m_run->folder()).fileName() : name, QString::number(integerOf(spec, "seed", 43)), settingText(*sampler, toJson(samplerOf(spec))),
                              locale().toString(integerOf(samples, "steps", 20)), locale().toString(numberOf(samples, "guidance", 4))));
    m_about->setToolTip(m_about->text());
}

// Prompts and steps

void ComparePage::refreshPrompts()
{
    auto prompts = promptsOf(*m_run);
    for (const auto &text : m_drawer->prompts())
        prompts << ComparePrompt{text, QStringLiteral("drawn")};
    if (!prompts.contains(m_prompt))
        m_prompt = prompts.value(0);
    QStringList pictures;
    for (const auto &prompt : prompts)
        pictures << pictureFor({m_run->folder(), QStringLiteral("student"), -1, {}}, prompt).path;
    m_promptColumn->setPrompts(prompts, pictures, m_prompt);
}

void ComparePage::choosePrompt(const QString &text)
{
    m_promptColumn->choose(text);
}

int ComparePage::studentPane() const
{
    for (int pane = int(m_sources.size()) - 1; pane >= 0; --pane)
        if (m_run && m_sources[pane].run == m_run->folder() && m_sources[pane].model == QLatin1String("student"))
            return pane;
    return std::min(1, int(m_sources.size()) - 1);
}

void ComparePage::refreshSteps()
{
    const auto student = QStringLiteral("student");
    m_steps = stepsOf(*m_run, student);
    QStringList pictures;
    for (const auto step : m_steps)
        pictures << pictureOf(*m_run, student, step, m_prompt.text).path;
    const auto source = m_sources.value(studentPane());
    const auto row = source.model != student ? -1 : source.step < 0 ? m_steps.size() - 1 : m_steps.indexOf(source.step);
    m_stepStrip->setSteps(m_steps, pictures, int(row));
}

void ComparePage::chooseStep(int row)
{
    if (row < 0 || row >= m_steps.size() || m_sources.isEmpty())
        return;
    // The last one stays the newest when another comes.
    const qint64 step = row == m_steps.size() - 1 ? -1 : m_steps[row];
    setSource(studentPane(), {m_run->folder(), QStringLiteral("student"), step, {}});
}

// Panes

void ComparePage::setSource(int pane, const CompareSource &source)
{
    if (pane < 0 || pane >= m_sources.size())
        return;
    m_sources[pane] = source;
    refreshSteps();
    refreshPanes();
}

void ComparePage::addPane()
{
    if (!m_run || m_sources.size() >= Viewport::mostPanes)
        return;
    // A model that is not shown yet.
    CompareSource source{m_run->folder(), QStringLiteral("student"), 0, {}};
    for (const auto &model : modelsOf(*m_run))
        if (std::none_of(m_sources.begin(), m_sources.end(), [&](const CompareSource &other) { return other.model == model && other.run == source.run; })) {
            source.model = model;
            source.step = -1;
            break;
        }
    m_sources << source;
    m_view->setMode(CompareView::Mode::SideBySide);
    refreshPanes();
}

void ComparePage::removePane(int pane)
{
    if (m_sources.size() < 2 || pane < 0 || pane >= m_sources.size())
        return;
    m_sources.remove(pane);
    refreshSteps();
    refreshPanes();
}

FoundPicture ComparePage::pictureFor(const CompareSource &source, const ComparePrompt &prompt) const
{
    if (!source.file.isEmpty())
        return {source.file, -1};
    if (prompt.group == QLatin1String("drawn"))
        return {m_drawer->picture(prompt.text, source.run, source.model), -1};
    const auto *run = runOf(source);
    return run ? pictureOf(*run, source.model, source.step, prompt.text) : FoundPicture();
}

// The step is told where a model changes with it.
QString ComparePage::labelOf(const CompareSource &source, qint64 step) const
{
    if (!source.file.isEmpty())
        return QFileInfo(source.file).fileName();
    const auto name = modelName(source.model);
    const bool steps = source.model == QLatin1String("student");
    const auto what = !steps ? name : step < 0 ? tr("%1, newest", "model").arg(name) : tr("%1, step %2", "model, step").arg(name, locale().toString(step));
    if (m_run && source.run == m_run->folder())
        return what;
    return tr("%1 of %2", "model, run").arg(what, QFileInfo(source.run).fileName());
}

QColor ComparePage::markOf(const CompareSource &source) const
{
    using look::Meaning;
    static const std::pair<const char *, Meaning> marks[] = {{"teacher", Meaning::Teacher}, {"reference", Meaning::Reference}, {"filtered", Meaning::Kept}, {"student", Meaning::Suppressed}};
    for (const auto &[model, meaning] : marks)
        if (source.model == QLatin1String(model))
            return look::color(meaning, palette());
    return {};
}

CompareView::Pane ComparePage::paneFor(const CompareSource &source) const
{
    const auto found = pictureFor(source, m_prompt);
    const auto *run = runOf(source);
    // The evaluation looks at the student as it is in the end.
    const bool scored = run && (source.model != QLatin1String("student") || found.step == stepsOf(*run, source.model).value(stepsOf(*run, source.model).size() - 1, -2));
    return {labelOf(source, found.step), scored ? recognitionText(*run, source.model, m_prompt.group) : QString(), found.path, markOf(source)};
}

void ComparePage::refreshPanes()
{
    QVector<CompareView::Pane> panes;
    for (const auto &source : m_sources)
        panes << paneFor(source);
    m_view->setPanes(panes);
    m_view->setAccessibleDescription(m_prompt.text);
    updateObscured();
    refreshChoosers();
    refreshDifferences();
}

void ComparePage::refreshChoosers()
{
    QStringList labels;
    for (const auto &source : m_sources)
        labels << labelOf(source, pictureFor(source, m_prompt).step);
    m_choosers->setLabels(labels);
}

void ComparePage::refreshDifferences()
{
    QStringList folders;
    QVector<Json> specs;
    for (const auto &source : m_sources)
        if (const auto *run = runOf(source); run && !folders.contains(source.run)) {
            folders << source.run;
            specs << run->spec();
        }
    m_differences->setRuns(folders, specs);
}

void ComparePage::addRunSources(QMenu *menu, int pane, const LiveRun &run)
{
    const auto add = [&](const QString &text, const CompareSource &source) {
        auto *action = menu->addAction(text, this, [this, pane, source] { setSource(pane, source); });
        action->setCheckable(true);
        action->setChecked(m_sources.value(pane) == source);
    };
    for (const auto &model : modelsOf(run)) {
        if (model != QLatin1String("student")) {
            add(modelName(model), {run.folder(), model, -1, {}});
            continue;
        }
        add(tr("%1, newest", "model").arg(modelName(model)), {run.folder(), model, -1, {}});
        for (const auto step : stepsOf(run, model))
            add(tr("%1, step %2", "model, step").arg(modelName(model), locale().toString(step)), {run.folder(), model, step, {}});
    }
    if (menu->isEmpty())
        menu->addAction(tr("This run has no pictures"))->setEnabled(false);
}

void ComparePage::addOtherRuns(QMenu *menu, int pane)
{
    for (const auto &record : studio().store()->runs()) {
        if (m_run && record.folder == m_run->folder())
            continue;
        auto *other = menu->addMenu(tr("%1 (%2)", "name of a run, its folder").arg(record.name, record.id));
        connect(other, &QMenu::aboutToShow, this, [this, other, pane, folder = record.folder] {
            if (!other->isEmpty())
                return;
            auto *reading = other->addAction(tr("Reading the run…"));
            reading->setEnabled(false);
            load(folder, [this, menu = QPointer(other), pane, folder](const LoadedRun &run) {
                if (run)
                    m_others[folder] = run;
                if (!menu)
                    return;
                menu->clear();
                run ? addRunSources(menu, pane, *run) : menu->addAction(tr("This run cannot be read"))->setEnabled(false);
            });
        });
    }
}

void ComparePage::fillSourceMenu(QMenu *menu, int pane)
{
    menu->clear();
    qDeleteAll(menu->findChildren<QMenu *>(Qt::FindDirectChildrenOnly));
    if (m_run)
        addRunSources(menu, pane, *m_run);
    menu->addSeparator();
    addOtherRuns(menu, pane);
    menu->addAction(tr("Picture file…"), this, [this, pane] { chooseFile(pane); });
    if (m_sources.size() > 1) {
        menu->addSeparator();
        menu->addAction(look::icon(QStringLiteral("remove")), tr("Remove this pane"), this, [this, pane] { removePane(pane); });
    }
}

void ComparePage::chooseFile(int pane)
{
    auto *dialog = new QFileDialog(this, tr("Compare with a picture"), {}, tr("Pictures (%1)").arg(imageFilter()));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this, pane](const QString &path) { setSource(pane, {{}, {}, -1, path}); });
    dialog->open();
}

// Drawing another prompt

void ComparePage::drawPrompt(const QString &text)
{
    if (!m_run)
        return;
    QVector<PromptDrawer::Job> jobs;
    for (const auto &source : m_sources) {
        const auto *run = runOf(source);
        const bool wanted = std::none_of(jobs.begin(), jobs.end(), [&](const PromptDrawer::Job &job) { return job.run == source.run && job.model == source.model; });
        if (run && wanted && (source.model == QLatin1String("student") || !weightsOf(run->spec(), source.model).isEmpty()))
            jobs << PromptDrawer::Job{source.run, source.model, run->spec(), QFileInfo::exists(source.run + QStringLiteral("/student"))};
    }
    if (jobs.isEmpty())
        return m_promptColumn->tell(tr("None of the panes shows a model, so nothing can draw this prompt."));
    m_drawer->draw(text, jobs);
    choosePrompt(text);
}

// Taking it along

void ComparePage::copy()
{
    QGuiApplication::clipboard()->setImage(m_view->grab().toImage());
}

void ComparePage::chooseSheet()
{
    auto *dialog = new QFileDialog(this, tr("Save the sheet"), QDir::home().filePath(tr("comparison.png")), tr("PNG pictures (*.png)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("png"));
    connect(dialog, &QFileDialog::fileSelected, this, &ComparePage::saveSheet);
    dialog->open();
}

Json ComparePage::describePanes() const
{
    Json panes = Json::array();
    for (const auto &source : m_sources) {
        const auto found = pictureFor(source, m_prompt);
        Json pane{{"label", toJson(labelOf(source, found.step))}, {"file", toJson(found.path)}};
        if (const auto *run = runOf(source)) {
            const Json none = Json::object();
            const auto &samples = run->spec().contains("samples") ? run->spec()["samples"] : none;
            pane.update({{"run", toJson(source.run)}, {"model", toJson(source.model)}, {"prompt", toJson(m_prompt.text)}, {"seed", integerOf(run->spec(), "seed", 43)},
                         {"sampler", toJson(samplerOf(run->spec()))}, {"steps", integerOf(samples, "steps", 20)}, {"guidance", numberOf(samples, "guidance", 4)}});
            if (found.step >= 0)
                pane["step"] = found.step;
        }
        panes.push_back(std::move(pane));
    }
    return {{"version", 1}, {"program", "quell " QUELL_VERSION}, {"panes", panes}};
}

void ComparePage::saveSheet(const QString &path)
{
    QVector<SheetPane> panes;
    for (int i = 0; i < m_view->panes().size(); ++i) {
        const auto picture = m_view->picture(i);
        panes << SheetPane{m_view->panes()[i].label, m_view->panes()[i].detail, m_view->isObscured() ? picture.obscured() : picture};
    }
    const auto work = [path, title = m_prompt.text, panes, font = font(), description = describePanes()] { return writeSheet(path, title, panes, font, description); };
    inBackground(this, work, [this, path](const QString &error) {
        studio().notify(error.isEmpty() ? tr("The sheet and what its panes are were saved beside one another: %1").arg(path) : tr("The sheet could not be saved in %1: %2").arg(path, error));
        Q_EMIT sheetSaved(path, error);
    });
}

} // namespace quell
