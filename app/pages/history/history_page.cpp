#include "app/pages/history/history_page.h"

#include "app/pages/history/interrupted_card.h"
#include "app/pages/history/queue_card.h"
#include "app/pages/history/run_dialogs.h"
#include "app/pages/history/run_row.h"
#include "app/pages/history/run_table.h"
#include "app/pages/history/take_back_dialog.h"
#include "app/run/run_texts.h"
#include "app/project/json_text.h"
#include "app/window/studio.h"
#include "widgets/card.h"
#include "widgets/chips.h"
#include "widgets/in_background.h"
#include "widgets/look.h"

#include <QDesktopServices>
#include <QEvent>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QUrl>

#include <algorithm>

namespace quell {
namespace {

using namespace Qt::StringLiterals;

enum Act { Show, Compare, Resume, Duplicate, TakeBack, Notes, Reveal, Folder, Delete, ActCount }; // in the order of the menu

// Paths below `folder` become relative to it: the settings then move with the project.
void makeRelative(Json &json, const std::string &folder)
{
    if (json.is_structured()) {
        for (auto &item : json)
            makeRelative(item, folder);
    } else if (json.is_string() && json.get_ref<const std::string &>().starts_with(folder + '/')) {
        json = json.get<std::string>().substr(folder.size() + 1);
    }
}

} // namespace

HistoryPage::HistoryPage(Studio &studio, QWidget *parent)
    : Page(studio, parent), m_runs(new RunTable(this)), m_filter(new RunFilter(m_runs, this)), m_row(new RunRow(m_filter, m_runs, this)),
      m_title(new QLabel(this)), m_search(new QLineEdit(this)), m_chips(new FilterChips(this)), m_interrupted(new InterruptedCard(this)),
      m_stack(new QStackedWidget(this)), m_table(new QTableView(this)), m_empty(new EmptyState({}, {}, {}, this)), m_nothing(new EmptyState({}, {}, {}, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::padding);
    layout->addLayout(makeHead());
    layout->addWidget(m_interrupted);
    layout->addWidget(new QueueCard(studio.queue(), this));
    auto *card = new QFrame(this);
    card->setObjectName(u"card"_s);
    auto *body = new QVBoxLayout(card);
    body->setContentsMargins(look::padding, look::padding, look::padding, look::padding);
    body->addWidget(m_stack);
    for (auto *widget : {makeTable(), static_cast<QWidget *>(m_empty), static_cast<QWidget *>(m_nothing)})
        m_stack->addWidget(widget);
    layout->addWidget(card, 1);

    connect(m_empty, &EmptyState::clicked, this, [this] { Q_EMIT this->studio().pageWanted(u"run"_s); });
    connect(m_nothing, &EmptyState::clicked, this, [this] {
        m_search->clear();
        m_chips->choose(RunFilter::All);
    });
    connect(m_interrupted, &InterruptedCard::resumeWanted, this, &HistoryPage::resume);
    connect(m_interrupted, &InterruptedCard::explanationWanted, this, &HistoryPage::explain);
    connect(m_row, &RunRow::changed, this, [this] { this->studio().frames()->request(this, [this] { m_table->viewport()->update(); }); });
    connect(studio.store(), &RunStore::runsChanged, this, &HistoryPage::takeRuns);
    connect(studio.controller(), &RunController::liveChanged, this, &HistoryPage::refresh);
    addActions();
    retranslate();
    takeRuns();
}

QString HistoryPage::title() const
{
    return tr("History");
}

QLayout *HistoryPage::makeHead()
{
    auto *head = new QHBoxLayout;
    head->setSpacing(look::gap);
    auto font = m_title->font();
    font.setPointSizeF(font.pointSizeF() * look::titleScale);
    font.setWeight(QFont::DemiBold);
    m_title->setFont(font);
    m_search->setClearButtonEnabled(true);
    m_search->addAction(look::icon(u"search"_s), QLineEdit::LeadingPosition);
    m_search->setMaximumWidth(fontMetrics().averageCharWidth() * 36);
    head->addWidget(m_title);
    head->addSpacing(look::margin);
    head->addWidget(m_chips, 2);
    head->addWidget(m_search, 1);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_filter->setText(text);
        refresh();
    });
    connect(m_chips, &FilterChips::chosen, this, [this](int id) {
        m_filter->setKind(static_cast<RunFilter::Kind>(id));
        refresh();
    });
    return head;
}

QWidget *HistoryPage::makeTable()
{
    auto *header = new PlainHeader(m_table);
    m_table->setHorizontalHeader(header);
    m_table->setModel(m_filter);
    m_table->setItemDelegate(m_row);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->viewport()->setAttribute(Qt::WA_Hover);
    m_table->setMouseTracking(true);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(RunTable::Run, QHeaderView::Stretch);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(RunTable::When, Qt::DescendingOrder);
    connect(m_table, &QTableView::customContextMenuRequested, this, &HistoryPage::showMenu);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &HistoryPage::refreshActions);

    auto *page = new QWidget(m_stack);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::gap);
    layout->addWidget(m_table, 1);
    layout->addWidget(makeFoot());
    return page;
}

// What can be done with the row at hand, for those who do not look for menus.
QWidget *HistoryPage::makeFoot()
{
    auto *foot = new QWidget(m_stack);
    auto *layout = new FlowLayout(foot, look::gap);
    layout->setContentsMargins(0, 0, 0, 0);
    for (int i = 0; i < ActCount; ++i) {
        auto *button = chipButton(foot);
        layout->addWidget(button);
        m_buttons << button;
    }
    return foot;
}

void HistoryPage::addActions()
{
    addAction("history.show", Qt::Key_Return, &HistoryPage::showRun);
    addAction("history.compare", QKeySequence(u"Ctrl+Return"_s), &HistoryPage::compare);
    addAction("history.resume", QKeySequence(u"Ctrl+R"_s), &HistoryPage::resume);
    addAction("history.duplicate", QKeySequence(u"Ctrl+D"_s), &HistoryPage::duplicate);
    addAction("history.takeBack", {}, &HistoryPage::takeBack);
    addAction("history.notes", Qt::Key_F2, &HistoryPage::editNotes);
    addAction("history.reveal", Qt::Key_Space, &HistoryPage::reveal);
    addAction("history.folder", QKeySequence(u"Ctrl+Shift+O"_s), &HistoryPage::openFolder);
    addAction("history.delete", QKeySequence::Delete, &HistoryPage::remove);
    for (int i = 0; i < m_actions.size(); ++i)
        m_buttons[i]->setDefaultAction(m_actions[i]);
    connect(m_table, &QTableView::doubleClicked, m_actions.first(), &QAction::trigger);
}

QAction *HistoryPage::addAction(const char *id, const QKeySequence &keys, void (HistoryPage::*run)(const RunRecord &))
{
    auto *action = studio().actions()->add(QString::fromLatin1(id), title(), {}, keys, m_table);
    connect(action, &QAction::triggered, this, [this, run] {
        if (const auto *record = current())
            (this->*run)(RunRecord(*record)); // a copy: the table may change meanwhile
    });
    m_actions << action;
    return action;
}

const RunRecord *HistoryPage::current() const
{
    const auto index = m_table->currentIndex();
    return index.isValid() ? &m_runs->run(m_filter->mapToSource(index).row()) : nullptr;
}

void HistoryPage::takeRuns()
{
    m_runs->setRuns(studio().store()->runs());
    refresh();
}

void HistoryPage::refresh()
{
    const auto &runs = m_runs->runs();
    const auto count = [&runs](RunFilter::Kind kind) { return std::count_if(runs.begin(), runs.end(), [kind](const RunRecord &run) { return RunFilter::fits(run, kind); }); };
    m_chips->setChips({{RunFilter::All, tr("All"), count(RunFilter::All), tr("All runs of this project")},
                       {RunFilter::Finished, tr("Finished"), count(RunFilter::Finished), tr("Runs that came to their last step")},
                       {RunFilter::Interrupted, tr("Interrupted"), count(RunFilter::Interrupted), tr("Runs that ended before their last step and can be resumed")}});
    m_chips->setVisible(!runs.isEmpty());
    m_search->setVisible(!runs.isEmpty());
    m_stack->setCurrentIndex(runs.isEmpty() ? 1 : m_filter->rowCount() == 0 ? 2 : 0);
    const int row = std::max(0, m_table->currentIndex().row());
    if (row < m_filter->rowCount() && !m_table->selectionModel()->hasSelection()) // some run is always at hand
        m_table->selectRow(row);

    const bool live = studio().controller()->live();
    const bool interrupted = !runs.isEmpty() && runs.first().state == RunState::Interrupted && !live; // the newest: older ones were left behind
    m_interrupted->setRun(interrupted ? &runs.first() : nullptr, !live);
    if (interrupted)
        setState(State::NeedsYou, RunTexts::interrupted(runs.first()));
    else
        setState(std::any_of(runs.begin(), runs.end(), isAtWork) ? State::UnderWay : runs.isEmpty() ? State::Nothing : State::Ready);
    refreshActions();
}

void HistoryPage::refreshActions()
{
    const auto *run = current();
    const bool live = studio().controller()->live();
    const auto enable = [this](int place, bool enabled) { m_actions[place]->setEnabled(enabled); };
    for (auto *action : std::as_const(m_actions))
        action->setEnabled(run);
    enable(Compare, run && !run->afterPicture.isEmpty());
    enable(Resume, run && canResume(*run) && !live);
    enable(TakeBack, run && run->state == RunState::Complete && !run->concepts.isEmpty());
    m_actions[Resume]->setText(run && canResume(*run) ? RunTexts::resume(*run) : tr("Resume"));
    m_actions[Reveal]->setVisible(run && run->unsafe);
    m_actions[Reveal]->setText(run && m_row->isRevealed(run->folder) ? tr("Blur pictures") : tr("Reveal pictures"));
    enable(Delete, run && !isAtWork(*run));
    m_buttons[Reveal]->setVisible(m_actions[Reveal]->isVisible());
}

void HistoryPage::retranslate()
{
    m_title->setText(title());
    m_search->setPlaceholderText(tr("Search runs"));
    m_search->setAccessibleName(tr("Search runs"));
    m_table->setAccessibleName(tr("Runs"));
    m_empty->setTexts(tr("No runs yet"), tr("Every run of this project is kept here with its settings, samples and figures: to look at again, to compare, to resume, to repeat with other settings."), tr("Set up a run"));
    m_nothing->setTexts(tr("No run fits"), tr("No run has this state and these words in its name, concepts, method, tags or notes."), tr("Show all runs"));
    const QStringList texts{tr("Show run"), tr("Compare"), {}, tr("Duplicate settings"), tr("Take a concept back…"), tr("Edit notes and tags…"), {}, tr("Open folder"), tr("Delete…")};
    const QStringList tips{tr("Show this run on the Run page"), tr("Compare its pictures before and after"), tr("Go on from the newest checkpoint that verifies"),
                           tr("Make its settings those of the next run"), tr("Undo the suppression of one concept in its student"), tr("Write down what this run showed"), tr("The pictures show what is suppressed"),
                           tr("Show the run's files"), tr("Move the run's folder to the trash")};
    for (int i = 0; i < m_actions.size(); ++i) {
        m_actions[i]->setText(texts[i]);
        const auto keys = m_actions[i]->shortcut().toString(QKeySequence::NativeText);
        m_actions[i]->setToolTip(keys.isEmpty() ? tips[i] : tr("%1 (%2)").arg(tips[i], keys));
    }
    m_runs->retranslate();
    m_table->verticalHeader()->setDefaultSectionSize(m_row->rowHeight(m_table->font()));
    refresh();
}

void HistoryPage::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange || event->type() == QEvent::FontChange)
        retranslate();
    Page::changeEvent(event);
}

void HistoryPage::showMenu(const QPoint &at)
{
    if (!current())
        return;
    auto *menu = new QMenu(m_table);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions(m_actions);
    menu->insertSeparator(m_actions[Duplicate]);
    menu->insertSeparator(m_actions[Delete]);
    auto *sort = menu->addMenu(tr("Sort by"));
    for (int column = RunTable::Run; column < RunTable::ColumnCount; ++column) {
        auto *by = sort->addAction(m_runs->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        by->setCheckable(true);
        by->setChecked(m_table->horizontalHeader()->sortIndicatorSection() == column);
        connect(by, &QAction::triggered, this, [this, column] {
            const bool text = column == RunTable::Run || column == RunTable::Method;
            m_table->sortByColumn(column, text ? Qt::AscendingOrder : Qt::DescendingOrder);
        });
    }
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

void HistoryPage::showRun(const RunRecord &run)
{
    studio().showRun(run.folder);
}

void HistoryPage::compare(const RunRecord &run)
{
    studio().compare(run.folder);
}

void HistoryPage::resume(const RunRecord &run)
{
    studio().controller()->resumeRun(run.folder);
    Q_EMIT studio().pageWanted(u"run"_s);
}

void HistoryPage::duplicate(const RunRecord &run)
{
    if (!studio().project())
        return;
    const auto read = [file = QFile::encodeName(run.folder + u"/run.json"_s).toStdString(), folder = studio().project()->folder().toStdString()] {
        auto spec = read_json(file);
        if (spec)
            makeRelative(*spec, folder);
        return spec;
    };
    inBackground(this, read, [this, run](const Result<Json> &spec) {
        if (!spec) {
            studio().notify(tr("The settings of “%1” could not be read: %2").arg(run.name, QString::fromStdString(to_string(spec.error()))));
        } else if (auto *project = studio().project()) {
            project->set({}, *spec, tr("Duplicate settings of “%1”").arg(run.name));
            studio().notify(tr("The next run now has the settings of “%1”. Undo takes that back.").arg(run.name), tr("Go to Run"), [this] { Q_EMIT studio().pageWanted(u"run"_s); });
        }
    });
}

void HistoryPage::takeBack(const RunRecord &run)
{
    if (!studio().project())
        return;
    auto *dialog = new TakeBackDialog(run.folder, studio().project()->modelsFolder(), this);
    connect(dialog, &TakeBackDialog::takenBack, this, [this](const QString &concept_, const QString &path) {
        auto *project = studio().project();
        if (!project)
            return;
        project->set(u"/student"_s, toJson(project->relativePath(path)), tr("Take %1 back").arg(concept_));
        studio().notify(tr("%1 was taken back. The model without its suppression is now the next run's student.").arg(concept_), tr("Go to Model"), [this] { Q_EMIT studio().pageWanted(u"model"_s); });
    });
    dialog->open();
}

void HistoryPage::editNotes(const RunRecord &run)
{
    quell::editNotes(run, this, [this, folder = run.folder](const QStringList &tags, const QString &notes) { studio().store()->setMeta(folder, tags, notes); });
}

void HistoryPage::openFolder(const RunRecord &run)
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(run.folder));
}

void HistoryPage::reveal(const RunRecord &run)
{
    if (!run.unsafe)
        return;
    m_row->setRevealed(run.folder, !m_row->isRevealed(run.folder));
    refreshActions();
}

void HistoryPage::explain(const RunRecord &run)
{
    explainInterruption(run, this);
}

void HistoryPage::remove(const RunRecord &run)
{
    confirmTrash(run, this, [this, folder = run.folder] { studio().store()->remove(folder); });
}

} // namespace quell
