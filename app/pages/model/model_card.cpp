#include "app/pages/model/model_card.h"

#include "app/pages/model/training_memory.h"
#include "app/project/json_text.h"
#include "widgets/chips.h"
#include "widgets/in_background.h"
#include "widgets/look.h"
#include "widgets/meter.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QRegularExpression>
#include <QToolButton>

namespace quell {
namespace {

QLabel *line(QWidget *parent, bool faint)
{
    auto *label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setProperty("faint", faint);
    return label;
}

QString localFileIn(const QMimeData *data)
{
    const auto urls = data->urls();
    return urls.size() == 1 && urls.first().isLocalFile() ? urls.first().toLocalFile() : QString();
}

QString percentText(double share)
{
    const double percent = 100 * share;
    return QLocale().toString(percent, 'f', percent > 0 && percent < 0.05 ? 5 : 1);
}

// "3fa92c41…": enough to tell files apart; the whole is in the tool tip.
QString shortened(const QString &hash) { return hash.left(8) + QChar(0x2026); }

constexpr qsizetype longest = 36, mostLines = 6, longestInTip = 2000; // of metadata; files may hold pictures there

QString elided(const QString &text, qsizetype most)
{
    return text.size() <= most ? text : text.left(most - 1) + QChar(0x2026);
}

// Whatever a file says stays plain text.
QString wholeText(const QVector<std::pair<QString, QString>> &metadata)
{
    QStringList lines;
    for (const auto &[name, value] : metadata)
        lines << elided(name, longestInTip) + QStringLiteral(": ") + elided(value, longestInTip);
    return lines.isEmpty() ? QString() : QStringLiteral("<p style=\"white-space: pre-wrap\">%1</p>").arg(lines.join(QLatin1Char('\n')).toHtmlEscaped());
}

} // namespace

ModelCard::ModelCard(Role role, QWidget *parent) : Card({}, {}, parent), m_role(role)
{
    setAcceptDrops(true);
    m_open = chipButton(this);
    m_open->setFocusPolicy(Qt::TabFocus);
    m_open->setPopupMode(QToolButton::InstantPopup);
    auto *menu = new QMenu(m_open);
    m_openFolder = menu->addAction(look::icon(QStringLiteral("folder")), {}, this, [this] { choose(false); });
    m_openFile = menu->addAction(look::icon(QStringLiteral("model")), {}, this, [this] { choose(true); });
    m_open->setMenu(menu);
    corner()->addWidget(m_open);

    auto *head = new QHBoxLayout;
    m_big = new QLabel(this);
    auto font = m_big->font();
    font.setPointSizeF(font.pointSizeF() * look::titleScale * 1.2);
    font.setWeight(QFont::DemiBold);
    m_big->setFont(font);
    m_of = line(this, true);
    head->addWidget(m_big);
    head->addWidget(m_of, 1, Qt::AlignBottom);
    body()->addLayout(head);
    m_line = line(this, false);
    m_memory = line(this, true);
    m_training = new TrainingMemory(this);
    m_family = line(this, true);
    m_metadata = line(this, true);
    m_origin = line(this, true);
    m_scanned = line(this, true);
    m_taps = line(this, true);
    m_notes = line(this, true);
    m_problem = line(this, false);
    for (auto *widget : std::initializer_list<QWidget *>{m_line, m_memory, m_training, m_family, m_origin, m_metadata, m_taps, m_notes, m_scanned})
        body()->addWidget(widget);
    auto *progress = new QHBoxLayout;
    m_progress = new Meter(this);
    m_stop = new QPushButton(this);
    connect(m_stop, &QPushButton::clicked, this, [this] { m_scanTool ? stopScan() : scan(); });
    progress->addWidget(m_progress, 1);
    progress->addWidget(m_stop);
    progress->addStretch();
    body()->addLayout(progress);
    body()->addWidget(m_problem);
    auto *readings = new QHBoxLayout;
    m_fewer = new QPushButton(this);
    m_narrower = new QPushButton(this);
    connect(m_fewer, &QPushButton::clicked, this, [this] { readCuts("fewer"); });
    connect(m_narrower, &QPushButton::clicked, this, [this] { readCuts("narrower"); });
    readings->addWidget(m_fewer);
    readings->addWidget(m_narrower);
    readings->addStretch();
    body()->addLayout(readings);
    body()->addStretch();
    retranslate();
}

void ModelCard::open(const QString &path)
{
    if (path == m_path)
        return;
    m_path = path;
    inspect();
}

void ModelCard::setWhole(qint64 parameters)
{
    m_whole = parameters;
    refresh();
}

void ModelCard::setTeacher(const QString &path)
{
    if (path == m_teacher)
        return;
    m_teacher = path;
    pairTaps();
}

// The same headers read with the teacher's: nothing else of what is known changes.
void ModelCard::pairTaps()
{
    delete m_tapTool;
    if (!m_facts || m_teacher.isEmpty())
        return;
    m_tapTool = EngineTool::run(inspectProgram(), {m_path, QStringLiteral("--json"), QStringLiteral("--teacher"), m_teacher}, this, [this](const Result<Json> &result) {
        if (!result || !m_facts)
            return;
        auto paired = modelFacts(*result);
        m_facts->taps = std::move(paired.taps), m_facts->tapProblem = std::move(paired.tapProblem);
        refresh();
    });
}

QString ModelCard::problem() const
{
    const bool student = m_role == Role::Student;
    if (!m_error.isEmpty())
        return student ? tr("The student cannot be read. %1. Open another model, or mend the file.").arg(m_error)
                       : tr("The teacher cannot be read. %1. Open another model, or mend the file.").arg(m_error);
    if (!m_facts)
        return {};
    if (!m_facts->choices.isEmpty())
        return m_facts->choices.first() == QLatin1String("heads")
            ? tr("Its attentions were cut, and their shapes do not tell how: to fewer heads of the old width, or to as many narrower ones. Most tools remove whole heads. Ask whoever pruned it: a wrong answer makes another model of it.")
            : tr("Its resnets were cut, and their shapes do not tell how: to fewer norm groups of the old width, or to as many narrower ones. Most tools remove whole groups. Ask whoever pruned it: a wrong answer makes another model of it.");
    if (!m_facts->unet)
        return tr("No UNet that Quell runs was found here. Open a pipeline folder, a folder with a UNet's config.json and weights, or a single file.") + (m_facts->notes.isEmpty() ? QString() : QLatin1Char('\n') + m_facts->notes.join(QLatin1Char('\n')));
    if (!student && !m_facts->pipeline)
        return tr("The teacher must be a whole pipeline: its text encoder and autoencoder serve the student too. Open the pipeline's folder, the one that holds model_index.json, or a single file that holds all three.");
    if (!m_facts->notes.isEmpty() && m_facts->parameters == 0)
        return m_facts->notes.join(QLatin1Char('\n'));
    return {};
}

void ModelCard::choose(bool file)
{
    const auto title = m_role == Role::Student ? tr("Open the student") : tr("Open the teacher");
    auto *dialog = new QFileDialog(this, title, m_path);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(file ? QFileDialog::ExistingFile : QFileDialog::Directory);
    if (file)
        dialog->setNameFilter(tr("Weights (*.safetensors *.ckpt *.pt *.pth *.bin)"));
    else
        dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &ModelCard::take);
    dialog->open();
}

void ModelCard::take(const QString &chosenPath)
{
    inBackground(
        this, [chosenPath, teacher = m_role == Role::Teacher] { return modelFolderOf(chosenPath, teacher); },
        [this](const QString &folder) { Q_EMIT chosen(folder); });
}

void ModelCard::inspect()
{
    delete m_inspectTool;
    delete m_tapTool;
    delete m_structureTool;
    stopScan();
    m_facts.reset();
    m_readings.clear();
    m_scan.reset();
    m_error.clear();
    m_inspecting = !m_path.isEmpty();
    if (m_inspecting)
        m_inspectTool = EngineTool::run(inspectProgram(), {m_path, QStringLiteral("--json")}, this, [this](const Result<Json> &result) {
            m_inspecting = false;
            if (result)
                m_facts = modelFacts(*result);
            else
                m_error = QString::fromStdString(to_string(result.error()));
            if (m_facts && m_facts->parameters > 0)
                scan();
            pairTaps();
            refresh();
            Q_EMIT changed();
        });
    refresh();
    Q_EMIT changed();
}

void ModelCard::readCuts(const char *reading)
{
    m_readings << QStringLiteral("--") + m_facts->choices.takeFirst() << QString::fromLatin1(reading);
    if (m_facts->choices.isEmpty()) {
        m_inspecting = true;
        m_structureTool = EngineTool::run(engineProgram(), QStringList{QStringLiteral("structure"), m_path, QStringLiteral("--json")} + m_readings, this, [this](const Result<Json> &result) {
            m_structureTool.clear();
            inspect(); // which shows the question again where nothing was written
            if (!result)
                m_error = QString::fromStdString(to_string(result.error()));
        });
    }
    refresh();
}

void ModelCard::scan()
{
    m_scanError.clear();
    m_progress->setShare(0);
    m_scanTool = EngineTool::run(
        inspectProgram(), {m_path, QStringLiteral("--hash")}, this,
        [this](const Result<Json> &result) {
            m_scanTool.clear();
            if (result)
                m_scan = *result;
            else
                m_scanError = QString::fromStdString(to_string(result.error()));
            refresh();
        },
        EngineTool::untilStopped);
    connect(m_scanTool, &EngineTool::progress, this, [this](const QString &text) {
        static const QRegularExpression number(QStringLiteral("^(\\d+) %"));
        if (const auto match = number.match(text); match.hasMatch())
            m_progress->setShare(match.captured(1).toInt() / 100.);
    });
    refresh();
}

void ModelCard::stopScan()
{
    delete m_scanTool;
    refresh();
}

QString ModelCard::factsLine() const
{
    QStringList parts;
    const bool pruned = m_facts->structureRecord || (m_whole > m_facts->parameters && m_role == Role::Student);
    parts << (!m_facts->unet ? m_facts->format : pruned ? tr("UNet, pruned") : tr("UNet, dense"));
    const auto &predicted = m_facts->prediction;
    if (!predicted.isEmpty())
        parts << (predicted == QLatin1String("v_prediction") ? tr("v-prediction") : predicted == QLatin1String("sample") ? tr("picture prediction") : tr("noise prediction"));
    static const QMap<QString, QString> names = {{QStringLiteral("F16"), QStringLiteral("fp16")}, {QStringLiteral("BF16"), QStringLiteral("bf16")}, {QStringLiteral("F32"), QStringLiteral("fp32")}};
    QStringList dtypes;
    for (const auto &dtype : m_facts->dtypes)
        dtypes << names.value(dtype, dtype.toLower());
    parts << dtypes.join(QLatin1Char('+'));
    if (m_facts->macs > 0)
        parts << tr("%1 MACs at %2 px").arg(countText(m_facts->macs)).arg(m_facts->macsSide);
    parts.removeAll(QString());
    for (auto &part : parts)
        part.replace(QLatin1Char(' '), QChar::Nbsp); // lines break between facts
    return parts.join(QStringLiteral(" · "));
}

QString ModelCard::memoryLine() const
{
    return m_facts->load > 0 ? tr("Memory for weights: %1 to load, %2 to draw").arg(sizeText(m_facts->load), sizeText(m_facts->sample)) : QString();
}

QVector<std::pair<QString, QString>> ModelCard::metadata() const
{
    const auto &made = m_facts->made;
    const auto version = textOf(made, "version");
    QVector<std::pair<QString, QString>> told = {{tr("Written by"), version.isEmpty() ? version : QStringLiteral("Quell ") + version},
                                                 {tr("Base"), textOf(made, "base")},
                                                 {tr("Student"), textOf(made, "student")},
                                                 {tr("Run"), textOf(made, "run")},
                                                 {tr("Edit"), textOf(made, "edit")},
                                                 {tr("Concepts"), made.contains("concepts") ? textsOf(made["concepts"]).join(QStringLiteral(", ")) : QString()},
                                                 {tr("Taken back"), textOf(made, "undone")}};
    for (auto entry = m_facts->metadata.begin(); entry != m_facts->metadata.end(); ++entry)
        told.append({entry.key(), entry.value()});
    told.removeIf([](const auto &one) { return one.second.isEmpty(); });
    return told;
}

QString ModelCard::metadataLines() const
{
    QStringList lines;
    const auto told = metadata();
    for (const auto &[name, value] : told.first(std::min(told.size(), mostLines)))
        lines << tr("%1: %2", "name and value").arg(elided(name, longest), elided(value, longest).simplified());
    if (told.size() > mostLines)
        lines << tr("and %n more", nullptr, int(told.size() - mostLines));
    return lines.join(QLatin1Char('\n'));
}

QString ModelCard::originLine() const
{
    if (!m_facts->structureRecord)
        return m_role == Role::Student && m_facts->unet ? tr("No structure record: nothing was cut inside its blocks, or another program cut it.") : QString();
    if (m_facts->origin.startsWith(QLatin1String("inferred")))
        return tr("Structure record found: read off the shapes of the weights.");
    return m_facts->origin.isEmpty() ? tr("Structure record found.") : tr("Structure record found: made by %1.").arg(m_facts->origin);
}

QString ModelCard::scanLine() const
{
    if (m_scanTool)
        return tr("Reading the weights…");
    if (!m_scanError.isEmpty())
        return tr("The weights could not be read to their end. %1").arg(m_scanError);
    if (!m_scan)
        return tr("The weights were not read.");
    const auto zeros = percentText(numberOf(*m_scan, "zeros", 0));
    const auto hash = textOf(*m_scan, "sha256");
    return hash.isEmpty() ? tr("%1 % exact zeros").arg(zeros) : tr("%1 % exact zeros · SHA-256 %2").arg(zeros, shortened(hash));
}

QString ModelCard::tapLine() const
{
    if (!m_facts->tapProblem.isEmpty())
        return tr("⚠ Its blocks cannot be compared with the teacher's: %1").arg(m_facts->tapProblem);
    return m_facts->taps.isEmpty() ? QString() : tr("Compared with the teacher at %n places: %1", nullptr, int(m_facts->taps.size())).arg(m_facts->taps.join(QStringLiteral(", ")));
}

QString ModelCard::noteLines() const
{
    auto lines = m_facts->notes;
    for (const auto &difference : m_facts->differences)
        lines.prepend(tr("The weights decide. %1").arg(difference));
    return lines.join(QLatin1Char('\n'));
}

void ModelCard::refresh()
{
    const bool known = m_facts.has_value();
    setSubtitle(m_path.isEmpty() ? QString() : QFileInfo(m_path).fileName());
    m_big->setText(known ? countText(double(m_facts->parameters)) : m_inspecting ? tr("Reading…") : QString());
    const bool part = known && m_role == Role::Student && m_whole > 0 && m_facts->unet;
    m_of->setText(!known ? QString() : part ? tr("of %1 parameters in its UNet").arg(countText(double(m_whole))) : m_facts->unet ? tr("parameters in its UNet") : tr("parameters"));
    m_line->setText(known ? factsLine() : m_path.isEmpty() ? (m_role == Role::Student ? tr("The pruned model to be trained. Open a folder, or drop it here.")
                                                                                        : tr("The dense original it learns from. Open a folder, or drop it here."))
                                                           : QString());
    m_memory->setText(known ? memoryLine() : QString());
    m_training->setNeeds(known && m_role == Role::Student ? m_facts->training : QVector<TrainingNeed>());
    m_metadata->setText(known ? metadataLines() : QString());
    m_metadata->setToolTip(known ? wholeText(metadata()) : QString());
    m_family->setText(known && m_facts->family != QLatin1String("unknown") ? m_facts->family : QString());
    m_origin->setText(known ? originLine() : QString());
    const bool scannable = known && m_facts->parameters > 0;
    m_scanned->setText(scannable ? scanLine() : QString());
    m_scanned->setToolTip(m_scan ? textOf(*m_scan, "sha256") : QString());
    m_progress->setVisible(m_scanTool);
    m_stop->setVisible(scannable && !m_scan);
    m_stop->setText(m_scanTool ? tr("Stop reading") : tr("Read the weights"));
    const auto problems = problem();
    m_taps->setText(known && m_role == Role::Student ? tapLine() : QString());
    m_notes->setText(known && problems.isEmpty() ? noteLines() : QString());
    m_problem->setText(problems.isEmpty() ? QString() : tr("⚠ %1").arg(problems));
    for (auto *label : {m_line, m_memory, m_family, m_origin, m_metadata, m_taps, m_notes, m_scanned, m_problem, m_of, m_big})
        label->setVisible(!label->text().isEmpty());
    m_open->setToolTip(m_path);
    const bool asked = known && !m_facts->choices.isEmpty(), heads = asked && m_facts->choices.first() == QLatin1String("heads");
    m_fewer->setText(heads ? tr("Fewer heads") : tr("Fewer groups"));
    m_narrower->setText(heads ? tr("Narrower heads") : tr("Narrower groups"));
    m_fewer->setVisible(asked);
    m_narrower->setVisible(asked);
}

void ModelCard::retranslate()
{
    setTitle(m_role == Role::Student ? tr("Student") : tr("Teacher"));
    m_open->setText(tr("Open"));
    m_open->setAccessibleName(m_role == Role::Student ? tr("Open the student") : tr("Open the teacher"));
    m_openFolder->setText(tr("Folder…"));
    m_openFile->setText(tr("Weight file…"));
    m_progress->setAccessibleName(tr("Reading the weights"));
    refresh();
}

void ModelCard::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    Card::changeEvent(event);
}

void ModelCard::dragEnterEvent(QDragEnterEvent *event)
{
    if (!localFileIn(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void ModelCard::dropEvent(QDropEvent *event)
{
    const auto path = localFileIn(event->mimeData());
    if (path.isEmpty())
        return;
    event->acceptProposedAction();
    take(path);
}

} // namespace quell
