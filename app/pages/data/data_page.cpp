#include "app/pages/data/data_page.h"

#include "app/pages/concepts/prompt_match.h"
#include "app/pages/data/further_pictures.h"
#include "app/pages/data/lower_settings.h"
#include "app/pages/data/picture_details.h"
#include "app/project/json_text.h"
#include "app/window/studio.h"
#include "widgets/card.h"
#include "widgets/chips.h"
#include "widgets/in_background.h"
#include "widgets/look.h"
#include "widgets/thumbnail_grid.h"

#include <QDesktopServices>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QLocale>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QUrl>

namespace quell {
namespace {

constexpr int pictureSide = 112;

struct Names {
    const char *text, *description;
};
// By DatasetFilter.
constexpr Names filterNames[datasetFilters] = {
    {QT_TRANSLATE_NOOP("quell::DataPage", "All"), QT_TRANSLATE_NOOP("quell::DataPage", "Every file that the folder or its metadata names")},
    {QT_TRANSLATE_NOOP("quell::DataPage", "Names a concept"), QT_TRANSLATE_NOOP("quell::DataPage", "Leaves the lower level: its caption names what is suppressed")},
    {QT_TRANSLATE_NOOP("quell::DataPage", "Excluded"), QT_TRANSLATE_NOOP("quell::DataPage", "Used by neither level")},
    {QT_TRANSLATE_NOOP("quell::DataPage", "No caption"), QT_TRANSLATE_NOOP("quell::DataPage", "Excluded until it has a caption")},
    {QT_TRANSLATE_NOOP("quell::DataPage", "Unreadable"), QT_TRANSLATE_NOOP("quell::DataPage", "Excluded: damaged, or not the picture it claims to be")},
    {QT_TRANSLATE_NOOP("quell::DataPage", "Unknown type"), QT_TRANSLATE_NOOP("quell::DataPage", "Excluded: no picture that Quell reads")},
    {QT_TRANSLATE_NOOP("quell::DataPage", "Missing"), QT_TRANSLATE_NOOP("quell::DataPage", "Named by metadata or a caption file, but not there")},
    {QT_TRANSLATE_NOOP("quell::DataPage", "Outside the folder"), QT_TRANSLATE_NOOP("quell::DataPage", "Named by metadata, but not in this folder: never opened")},
    {QT_TRANSLATE_NOOP("quell::DataPage", "Small"), QT_TRANSLATE_NOOP("quell::DataPage", "Smaller than what the model draws: enlarged for it")},
    {QT_TRANSLATE_NOOP("quell::DataPage", "Duplicate"), QT_TRANSLATE_NOOP("quell::DataPage", "Another file holds the same picture")},
};

QString folderIn(const QMimeData *data)
{
    for (const auto &url : data->urls())
        if (url.isLocalFile() && QFileInfo(url.toLocalFile()).isDir())
            return url.toLocalFile();
    return {};
}

QLabel *wordWrapped(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    return label;
}

} // namespace

DataPage::DataPage(Studio &studio, QWidget *parent) : Page(studio, parent), m_filter(m_model)
{
    build();
    addActions();
    setAcceptDrops(true);
    m_relist.setSingleShot(true);
    m_relist.setInterval(800);
    connect(&m_relist, &QTimer::timeout, this, [this] { list(false); });
    connect(&m_model, &QAbstractItemModel::modelReset, this, &DataPage::showChips);
    connect(&m_model, &QAbstractItemModel::dataChanged, this, &DataPage::showChips);
    connect(&m_filter, &QAbstractItemModel::layoutChanged, this, &DataPage::showSelected);
    connect(&m_duplicates, &DuplicateSearch::found, this, [this](const QSet<QString> &files) {
        m_model.setDuplicates(files);
        m_busy->setVisible(m_tool);
    });
    connect(&m_duplicates, &DuplicateSearch::progress, this, [this](int done, int total) {
        if (m_tool)
            return;
        showBusy(tr("Comparing files of equal size…"));
        m_progress->setRange(0, total);
        m_progress->setValue(done);
    });
    connect(&m_captions, &CaptionStore::saved, this, [this](const QString &path, const QString &caption) {
        m_model.setCaption(QDir(m_folder).relativeFilePath(path), caption);
        m_relist.start();
    });
    connect(&m_captions, &CaptionStore::failed, this, [this](const QString &path, const QString &message) {
        this->studio().notify(tr("The caption of %1 was not saved: %2. The picture keeps the old one.").arg(QFileInfo(path).fileName(), message));
        m_relist.start();
    });
    connect(m_grid->selectionModel(), &QItemSelectionModel::selectionChanged, this, &DataPage::showSelected);
    connect(m_details, &PictureDetails::captionEdited, this, &DataPage::editCaption);
    connect(&studio, &Studio::projectChanged, this, &DataPage::takeProject);
    retranslate();
    takeProject();
}

void DataPage::build()
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::padding);
    layout->addWidget(makeHead());
    m_need = wordWrapped(this);
    layout->addWidget(m_need);
    layout->addWidget(makeProgress());
    m_stack = new QStackedWidget(this);
    m_empty = new EmptyState({}, {}, {}, this);
    connect(m_empty, &EmptyState::clicked, this, &DataPage::chooseFolder);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(makeContent());
    layout->addWidget(m_stack, 1);
}

QWidget *DataPage::makeHead()
{
    auto *head = new QWidget(this);
    auto *layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::gap);
    m_heading = new QLabel(head);
    auto font = m_heading->font();
    font.setPointSizeF(font.pointSizeF() * look::titleScale);
    font.setWeight(QFont::DemiBold);
    m_heading->setFont(font);
    m_check = new QPushButton(head);
    m_open = new QPushButton(head);
    m_choose = new QPushButton(head);
    m_choose->setProperty("primary", true);
    layout->addWidget(m_heading, 1);
    for (auto *button : {m_check, m_open, m_choose})
        layout->addWidget(button);
    return head;
}

QWidget *DataPage::makeProgress()
{
    m_busy = new QWidget(this);
    auto *layout = new QHBoxLayout(m_busy);
    layout->setContentsMargins(0, 0, 0, 0);
    m_busyText = new QLabel(m_busy);
    m_progress = new QProgressBar(m_busy);
    m_progress->setMaximumWidth(fontMetrics().averageCharWidth() * 40);
    m_progress->setTextVisible(false);
    m_stop = new QPushButton(m_busy);
    connect(m_stop, &QPushButton::clicked, this, &DataPage::stopWork);
    layout->addWidget(m_busyText);
    layout->addWidget(m_progress, 1);
    layout->addWidget(m_stop);
    layout->addStretch();
    m_busy->hide();
    return m_busy;
}

QWidget *DataPage::makeContent()
{
    auto *content = new QWidget(this);
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(look::padding);
    auto *cards = new QHBoxLayout;
    cards->setSpacing(look::padding);
    m_card = new Card({}, {}, content);
    m_figures = wordWrapped(m_card);
    m_warnings = wordWrapped(m_card);
    m_card->body()->addWidget(m_figures);
    m_card->body()->addWidget(m_warnings);
    m_card->body()->addStretch();
    m_settings = new LowerSettings(content);
    cards->addWidget(m_card, 3);
    cards->addWidget(m_settings, 2);
    m_further = new FurtherPictures(content);
    cards->addWidget(m_further, 3);
    layout->addLayout(cards);

    auto *bar = new QHBoxLayout;
    m_chips = new FilterChips(content);
    m_find = new QLineEdit(content);
    m_find->setClearButtonEnabled(true);
    m_find->setFixedWidth(fontMetrics().averageCharWidth() * 28);
    bar->addWidget(m_chips, 1);
    bar->addWidget(m_find, 0, Qt::AlignTop);
    layout->addLayout(bar);
    connect(m_chips, &FilterChips::chosen, this, [this](int filter) { m_filter.setFilter(DatasetFilter(filter)); showSelected(); });
    connect(m_find, &QLineEdit::textChanged, this, [this](const QString &words) { m_filter.setWords(words); showSelected(); });

    auto *split = new QSplitter(Qt::Horizontal, content);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(look::padding);
    m_wall = new Card({}, {}, split);
    m_grid = new ThumbnailGrid(pictureSide, m_wall);
    m_grid->setModel(&m_filter);
    m_nothing = wordWrapped(m_wall);
    m_nothing->setProperty("faint", true);
    m_wall->body()->addWidget(m_nothing);
    m_wall->body()->addWidget(m_grid, 1);
    auto *scroll = new QScrollArea(split);
    m_details = new PictureDetails;
    scroll->setWidget(m_details);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setMinimumWidth(280);
    split->addWidget(m_wall);
    split->addWidget(scroll);
    split->setStretchFactor(0, 1);
    split->setSizes({700, 300});
    layout->addWidget(split, 1);
    return content;
}

void DataPage::addActions()
{
    auto *actions = studio().actions();
    const auto add = [&](const char *id, const QKeySequence &keys, QPushButton *button, auto run) {
        auto *action = actions->add(QString::fromLatin1(id), tr("Data"), {}, keys, this);
        connect(action, &QAction::triggered, this, run);
        if (button)
            connect(button, &QPushButton::clicked, action, &QAction::trigger);
    };
    add("data.choose", QKeySequence(QStringLiteral("Ctrl+Shift+O")), m_choose, [this] { chooseFolder(); });
    add("data.check", QKeySequence(QStringLiteral("Ctrl+Shift+K")), m_check, [this] { list(true); });
    add("data.open", QKeySequence(QStringLiteral("Ctrl+Shift+E")), m_open, [this] { openFolder(); });
    add("data.refresh", QKeySequence(QKeySequence::Refresh), nullptr, [this] { list(false); });
    add("data.find", QKeySequence(QKeySequence::Find), nullptr, [this] { m_find->setFocus(); });
    add("data.caption", QKeySequence(Qt::Key_F2), nullptr, [this] { m_details->caption()->setFocus(); });
}

void DataPage::retranslate()
{
    auto *actions = studio().actions();
    actions->setText("data.choose", tr("Choose the data folder…"));
    actions->setText("data.check", tr("Check every picture"));
    actions->setText("data.open", tr("Open the data folder"));
    actions->setText("data.refresh", tr("Read the data folder again"));
    actions->setText("data.find", tr("Find in captions"));
    actions->setText("data.caption", tr("Change the caption"));
    m_heading->setText(title());
    m_check->setText(tr("Check every picture"));
    m_check->setToolTip(tr("Decodes all of them, so that damage shows now and not in the middle of a run"));
    m_open->setText(tr("Open folder"));
    m_choose->setText(tr("Choose folder…"));
    m_stop->setText(tr("Stop"));
    m_progress->setAccessibleName(tr("How far the work on the data is"));
    m_find->setPlaceholderText(tr("Find in captions"));
    m_find->setAccessibleName(tr("Find in captions"));
    m_grid->setAccessibleName(tr("Pictures"));
    m_empty->setTexts(tr("No pictures yet"), tr("A run needs pictures with captions of what the model should keep: a folder with a .txt file beside each picture, or with a "
                                                "metadata file. Captions that name a concept are found and kept apart. Drop a folder here or choose one."),
                      tr("Choose folder…"));
    showFigures();
    showChips();
    showState();
}

void DataPage::takeProject()
{
    if (m_project)
        m_project->disconnect(this);
    m_project = studio().project();
    m_settings->setProject(m_project);
    m_further->setProject(m_project);
    m_model.setDataset({});
    m_model.setDuplicates({});
    m_folder.clear();
    m_damaged.clear();
    m_listed = false;
    setEnabled(m_project);
    if (m_project)
        connect(m_project, &Project::draftChanged, this, &DataPage::followDraft);
    followDraft({});
}

void DataPage::followDraft(const QString &pointer)
{
    const auto concerns = [&](const char *place) { return pointer.isEmpty() || pointer.startsWith(QLatin1String(place)) || QLatin1String(place).startsWith(pointer); };
    if (concerns("/teacher") || concerns("/size"))
        readSide();
    const auto folder = m_project ? m_project->absolutePath(m_project->text(QStringLiteral("/lower/data"))) : QString();
    if (folder != m_folder) {
        m_folder = folder;
        m_listed = false;
        m_verdict.clear();
        m_damaged.clear();
        list(false);
    } else if (concerns("/concepts")) {
        m_relist.start();
    }
    showState();
}

void DataPage::readSide()
{
    if (!m_project)
        return;
    const auto chosen = m_project->value(QStringLiteral("/size"));
    if (chosen.is_number_integer() && chosen.get<int>() > 0) {
        m_model.setSide(chosen.get<int>());
        return;
    }
    const auto teacher = m_project->absolutePath(m_project->text(QStringLiteral("/teacher")));
    inBackground(this, [teacher] { return sideOfModel(teacher); }, [this](int side) { m_model.setSide(side); });
}

void DataPage::chooseFolder()
{
    if (!m_project)
        return;
    auto *dialog = new QFileDialog(this, tr("Choose a folder of pictures with captions"), m_folder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &DataPage::setFolder);
    dialog->open();
}

void DataPage::setFolder(const QString &folder)
{
    if (m_project)
        m_project->set(QStringLiteral("/lower/data"), toJson(m_project->relativePath(folder)), tr("Choose the data folder"));
}

void DataPage::openFolder()
{
    if (!m_folder.isEmpty())
        QDesktopServices::openUrl(QUrl::fromLocalFile(m_folder));
}

void DataPage::dragEnterEvent(QDragEnterEvent *event)
{
    if (m_project && !folderIn(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void DataPage::dropEvent(QDropEvent *event)
{
    setFolder(folderIn(event->mimeData()));
    event->acceptProposedAction();
}

void DataPage::list(bool verify)
{
    delete m_tool;
    m_relist.stop();
    m_problem.clear();
    if (m_folder.isEmpty() || !m_project) {
        m_model.setDataset({});
        showState();
        return;
    }
    QStringList arguments{QStringLiteral("data"), m_folder, QStringLiteral("--json")};
    const auto concepts = writeConcepts(m_concepts, usableConcepts(m_project->value(QStringLiteral("/concepts"))), &m_problem);
    if (!concepts.isEmpty())
        arguments << QStringLiteral("--concepts") << concepts;
    if (verify)
        arguments << QStringLiteral("--verify");
    showBusy(verify ? tr("Decoding every picture…") : tr("Reading the folder…"));
    m_tool = EngineTool::run(engineProgram(), arguments, this, [this, verify](const Result<Json> &listing) {
        m_tool = nullptr;
        if (listing) {
            takeListing(*listing, verify);
            return;
        }
        m_problem = QString::fromStdString(to_string(listing.error()));
        m_busy->hide();
        showState();
    }, 24 * 3600 * 1000);
    connect(m_tool, &EngineTool::progress, this, &DataPage::told);
    showState();
}

void DataPage::takeListing(const Json &listing, bool verified)
{
    inBackground(
        this, [listing] { return readDataset(listing); },
        [this, verified, folder = m_folder](Dataset dataset) {
            if (folder == m_folder) // else another one is being read
                showDataset(std::move(dataset), verified);
        });
}

void DataPage::showDataset(Dataset dataset, bool verified)
{
    dataset.folder = m_folder;
    if (verified) {
        m_damaged = dataset.unreadable();
        m_verdict = m_damaged.isEmpty() ? tr("Every picture was decoded: none is damaged.")
                                        : tr("Every picture was decoded: %n of them cannot be read and take no part.", nullptr, int(m_damaged.size()));
    }
    dataset.exclude(m_damaged);
    const auto index = m_grid->currentIndex();
    const auto file = index.isValid() ? m_model.picture(m_filter.mapToSource(index).row()).file : QString();
    const bool otherFiles = !m_listed || dataset.pictures.size() != m_model.dataset().pictures.size();
    m_listed = true;
    m_model.setDataset(std::move(dataset));
    if (const int row = m_model.rowOf(file); row >= 0 && !m_grid->currentIndex().isValid())
        m_grid->setCurrentIndex(m_filter.mapFromSource(m_model.index(row)));
    m_busy->hide();
    if (verified || otherFiles)
        findDuplicates();
    showFigures();
    showState();
    showSelected();
}

void DataPage::findDuplicates()
{
    QStringList files;
    for (const auto &picture : m_model.dataset().pictures)
        if (picture.reason != DatasetPicture::Reason::Missing && picture.reason != DatasetPicture::Reason::OutsideFolder)
            files << picture.file;
    m_duplicates.start(m_folder, files);
}

void DataPage::stopWork()
{
    delete m_tool;
    m_duplicates.stop();
    m_busy->hide();
    if (!m_listed)
        m_problem = tr("Reading the folder was stopped.");
    showState();
}

// The engine's progress lines hold "done/total".
void DataPage::told(const QString &line)
{
    static const QRegularExpression share(QStringLiteral("(\\d+)/(\\d+)"));
    const auto match = share.match(line);
    if (!match.hasMatch())
        return;
    m_progress->setRange(0, match.captured(2).toInt());
    m_progress->setValue(match.captured(1).toInt());
}

void DataPage::showBusy(const QString &text)
{
    m_busyText->setText(text);
    if (!m_busy->isVisible())
        m_progress->setRange(0, 0);
    m_busy->show();
}

void DataPage::showState()
{
    const auto &dataset = m_model.dataset();
    const auto usable = dataset.lower + dataset.upper;
    m_stack->setCurrentIndex(m_folder.isEmpty() ? 0 : 1);
    m_check->setEnabled(!m_folder.isEmpty());
    m_open->setEnabled(!m_folder.isEmpty());
    if (m_folder.isEmpty())
        setState(State::Nothing);
    else if (m_tool && !m_listed)
        setState(State::UnderWay, tr("The folder is being read."));
    else if (!m_problem.isEmpty())
        setState(State::NeedsYou, tr("The folder was not read: %1").arg(m_problem));
    else if (m_listed && usable == 0)
        setState(State::NeedsYou, tr("No picture of this folder can be used. Look at why they are excluded, or choose another folder."));
    else
        setState(m_listed ? State::Ready : State::UnderWay);
    m_need->setText(state() == State::NeedsYou ? reason() : QString());
    m_need->setVisible(state() == State::NeedsYou);
}

void DataPage::showFigures()
{
    const auto &dataset = m_model.dataset();
    const QLocale locale;
    m_card->setTitle(QFileInfo(m_folder).fileName());
    m_card->setSubtitle(QDir::toNativeSeparators(m_folder));
    const auto usable = dataset.lower + dataset.upper;
    QStringList lines;
    lines << tr("%1 pictures with captions, %2 excluded").arg(locale.toString(usable), locale.toString(dataset.excluded()));
    lines << tr("%1 name no concept: lower level. %2 name one: suppressed.").arg(locale.toString(dataset.lower), locale.toString(dataset.upper));
    if (dataset.concepts.size() > 1)
        for (const auto &naming : dataset.concepts)
            lines << tr("%1: named by %2").arg(naming.concept_, locale.toString(naming.pictures));
    if (!m_verdict.isEmpty())
        lines << m_verdict;
    m_figures->setText(m_listed ? lines.join(QLatin1Char('\n')) : QString());
    QStringList warnings;
    for (const auto &naming : dataset.concepts)
        for (const auto &warning : naming.warnings)
            warnings << QStringLiteral("▲ ") + warning;
    m_warnings->setText(warnings.join(QLatin1Char('\n')));
    m_warnings->setVisible(!warnings.isEmpty());
    auto colors = palette();
    colors.setColor(QPalette::WindowText, look::color(look::Meaning::Warning, palette()));
    m_warnings->setPalette(colors);
}

void DataPage::showChips()
{
    const auto counts = m_model.counts();
    QVector<FilterChips::Chip> chips;
    for (int filter = 0; filter < datasetFilters; ++filter) {
        const bool always = filter <= int(DatasetFilter::Excluded);
        if (always || counts[filter] > 0 || m_chips->current() == filter)
            chips << FilterChips::Chip{filter, tr(filterNames[filter].text), counts[filter], tr(filterNames[filter].description)};
    }
    m_chips->setChips(chips);
    showSelected();
}

void DataPage::showSelected()
{
    m_wall->setTitle(tr("%n pictures", nullptr, m_filter.rowCount()));
    m_nothing->setVisible(m_filter.rowCount() == 0);
    m_nothing->setText(m_listed ? tr("No picture is like that.") : QString());
    const auto selected = m_grid->selectionModel() ? m_grid->selectionModel()->selectedIndexes() : QModelIndexList();
    if (selected.size() != 1) {
        m_details->takeCaption();
        m_details->showNone(int(selected.size()));
        return;
    }
    const int row = m_filter.mapToSource(selected.first()).row();
    const auto path = m_model.data(m_model.index(row), ThumbnailGrid::PathRole).toString();
    m_details->show(m_model.picture(row), path, m_model.side(), m_project ? m_project->value(QStringLiteral("/concepts")) : Json());
}

void DataPage::editCaption(const QString &path, const QString &before, const QString &after)
{
    if (m_project)
        m_captions.edit(path, before, after, m_project->undoStack());
}

void DataPage::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    else if (event->type() == QEvent::PaletteChange)
        showFigures();
    Page::changeEvent(event);
}

} // namespace quell
