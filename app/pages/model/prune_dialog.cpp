#include "app/pages/model/prune_dialog.h"

#include "app/pages/model/model_facts.h"
#include "app/project/json_text.h"
#include "widgets/look.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QTreeWidget>

namespace quell {
namespace {

constexpr int debounce = 400; // milliseconds: a slider is dragged through many values
const QString magnitude = QStringLiteral("magnitude"), expert = QStringLiteral("expert");

QString percentOf(const Json &costs, const char *before, const char *after)
{
    const double whole = numberOf(costs, before, 0);
    return whole > 0 ? PruneDialog::tr("%1 %").arg(QLocale().toString(100 * numberOf(costs, after, 0) / whole, 'f', 0)) : QStringLiteral("–");
}

} // namespace

PruneDialog::PruneDialog(const QString &teacher, const QString &folder, QWidget *parent) : QDialog(parent), m_teacher(teacher), m_folder(folder)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Prune the teacher"));
    build();
    m_debounce.setSingleShot(true);
    m_debounce.setInterval(debounce);
    connect(&m_debounce, &QTimer::timeout, this, &PruneDialog::plan);
    connect(m_method, &QComboBox::currentIndexChanged, this, &PruneDialog::methodChanged);
    connect(m_share, &QSlider::valueChanged, m_percent, &QSpinBox::setValue);
    connect(m_percent, &QSpinBox::valueChanged, m_share, &QSlider::setValue);
    connect(m_percent, &QSpinBox::valueChanged, this, &PruneDialog::settingsChanged);
    connect(m_file, &QLineEdit::textChanged, this, &PruneDialog::settingsChanged);
    connect(m_expert, &QSpinBox::valueChanged, this, &PruneDialog::settingsChanged);
    connect(m_browse, &QPushButton::clicked, this, &PruneDialog::chooseFile);
    connect(m_name, &QLineEdit::textEdited, this, [this] { m_named = true; });
    connect(m_name, &QLineEdit::textChanged, this, [this] {
        m_place->setText(QDir::toNativeSeparators(target()));
        setWriting(false);
    });
    connect(m_buttons, &QDialogButtonBox::rejected, this, &PruneDialog::reject);
    connect(m_write, &QPushButton::clicked, this, &PruneDialog::write);
    methodChanged();
}

void PruneDialog::buildForm()
{
    m_form = new QFormLayout;
    m_form->setSpacing(look::gap);
    m_method = new QComboBox(this);
    m_method->addItem(tr("Gates, by what the weights contribute"), magnitude);
    m_method->addItem(tr("Blocks: base (one layer a block)"), QStringLiteral("base"));
    m_method->addItem(tr("Blocks: small (base without the middle)"), QStringLiteral("small"));
    m_method->addItem(tr("Blocks: tiny (small without the innermost stage)"), QStringLiteral("tiny"));
    m_method->addItem(tr("Gates of an APTP expert (arch_vector.pt)"), expert);
    m_form->addRow(tr("&Method"), m_method);
    buildShare();
    buildExpert();
    m_name = new QLineEdit(this);
    m_name->setObjectName(QStringLiteral("name"));
    m_form->addRow(tr("&Name of the result"), m_name);
    m_place = new QLabel(this);
    m_place->setProperty("faint", true);
    m_place->setWordWrap(true);
    m_place->setAlignment(Qt::AlignTop); // the form may give it a line more than it needs
    m_form->addRow(QString(), m_place);
}

void PruneDialog::buildShare()
{
    m_share = new QSlider(Qt::Horizontal, this);
    m_percent = new QSpinBox(this);
    m_share->setRange(20, 95);
    m_percent->setRange(20, 95);
    m_percent->setSuffix(tr(" %"));
    m_share->setValue(55);
    m_percent->setValue(55);
    m_share->setAccessibleName(tr("Multiply-accumulates to keep"));
    m_percent->setAccessibleName(tr("Multiply-accumulates to keep, in percent"));
    m_shareRow = new QHBoxLayout;
    m_shareRow->addWidget(m_share, 1);
    m_shareRow->addWidget(m_percent);
    auto *keep = new QLabel(tr("&Keep of the multiply-accumulates"), this);
    keep->setBuddy(m_share);
    m_form->addRow(keep, m_shareRow);
}

void PruneDialog::buildExpert()
{
    m_file = new QLineEdit(this);
    m_browse = new QPushButton(tr("Choose…"), this);
    m_fileRow = new QHBoxLayout;
    m_fileRow->addWidget(m_file, 1);
    m_fileRow->addWidget(m_browse);
    auto *label = new QLabel(tr("&File of the expert"), this);
    label->setBuddy(m_file);
    m_form->addRow(label, m_fileRow);
    m_expert = new QSpinBox(this);
    m_expert->setRange(-1, 9999);
    m_expert->setSpecialValueText(tr("none"));
    m_expert->setValue(-1);
    m_expert->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_expert->setToolTip(tr("Where the file holds the weights of a quantizer: which of its experts, from 0 on. An arch_vector.pt is one expert and needs none."));
    m_form->addRow(tr("&Expert"), m_expert);
}

void PruneDialog::build()
{
    buildForm();
    m_summary = new QLabel(this);
    m_summary->setWordWrap(true);
    m_blocks = new QTreeWidget(this);
    m_blocks->setHeaderLabels({tr("Block"), tr("Multiply-accumulates kept"), tr("Parameters kept")});
    m_blocks->setRootIsDecorated(false);
    m_blocks->setAccessibleName(tr("The plan, block by block"));
    m_blocks->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_blocks->setMinimumHeight(fontMetrics().height() * 12);
    m_message = new QLabel(this);
    m_message->setWordWrap(true);
    m_busy = new QProgressBar(this);
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_write = m_buttons->addButton(tr("Prune"), QDialogButtonBox::ActionRole);
    m_write->setProperty("primary", true);
    m_write->setDefault(true); // else Return means the first button, Choose…

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(look::margin, look::margin, look::margin, look::margin);
    layout->setSpacing(look::padding);
    layout->addLayout(m_form);
    layout->addWidget(m_summary);
    layout->addWidget(m_blocks, 1);
    layout->addWidget(m_message);
    layout->addWidget(m_busy);
    layout->addWidget(m_buttons);
    resize(fontMetrics().averageCharWidth() * 84, sizeHint().height());
}

void PruneDialog::chooseFile()
{
    auto *dialog = new QFileDialog(this, tr("File of the expert"), QFileInfo(complete() ? file() : m_teacher).path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilter(tr("Weights (*.safetensors *.ckpt *.pt *.pth *.bin)"));
    connect(dialog, &QFileDialog::fileSelected, m_file, &QLineEdit::setText);
    dialog->open();
}

QString PruneDialog::method() const { return m_method->currentData().toString(); }

QString PruneDialog::file() const { return QDir::fromNativeSeparators(m_file->text().trimmed()); }

bool PruneDialog::complete() const { return method() != expert || QDir::isAbsolutePath(file()); }

QStringList PruneDialog::methodArguments() const
{
    if (method() == magnitude)
        return {QStringLiteral("--gates"), magnitude, QStringLiteral("--macs"), QString::number(m_percent->value() / 100., 'f', 2)};
    if (method() != expert)
        return {QStringLiteral("--blocks"), method()};
    QStringList arguments{QStringLiteral("--arch-vector"), file()};
    if (m_expert->value() >= 0)
        arguments << QStringLiteral("--expert") << QString::number(m_expert->value());
    return arguments;
}

QString PruneDialog::suggestedName() const
{
    auto name = QFileInfo(m_teacher).fileName() + QLatin1Char('-') + (method() == magnitude ? QString::number(m_percent->value()) : method());
    if (method() == expert && m_expert->value() >= 0)
        name += QLatin1Char('-') + QString::number(m_expert->value());
    return name;
}

QString PruneDialog::target() const { return QDir::cleanPath(m_folder + QLatin1Char('/') + m_name->text().trimmed()); }

void PruneDialog::methodChanged()
{
    m_form->setRowVisible(m_shareRow, method() == magnitude);
    m_form->setRowVisible(m_fileRow, method() == expert);
    m_form->setRowVisible(m_expert, method() == expert);
    settingsChanged();
}

void PruneDialog::settingsChanged()
{
    if (!m_named)
        m_name->setText(suggestedName());
    delete m_planTool;
    m_debounce.stop();
    if (complete()) {
        m_summary->setText(tr("Planning…"));
        m_debounce.start();
    } else {
        clearPlan(tr("Choose the file of the expert."));
        tell({});
    }
    setWriting(false);
}

void PruneDialog::plan()
{
    const auto arguments = QStringList{QStringLiteral("prune"), m_teacher} + methodArguments() + QStringList{QStringLiteral("--plan"), QStringLiteral("--json")};
    m_planTool = EngineTool::run(engineProgram(), arguments, this, [this](const Result<Json> &result) {
        m_planTool.clear();
        tell(result ? QString() : tr("This cannot be done. %1").arg(QString::fromStdString(to_string(result.error()))));
        if (result)
            showPlan(*result);
        else
            clearPlan({});
        setWriting(false);
    });
    setWriting(false);
}

void PruneDialog::showPlan(const Json &plan)
{
    m_summary->setText(tr("Multiply-accumulates %1 → %2 (%3). Parameters %4 → %5 (%6).")
                           .arg(countText(numberOf(plan, "macs_before", 0)), countText(numberOf(plan, "macs_after", 0)), percentOf(plan, "macs_before", "macs_after"),
                                countText(numberOf(plan, "parameters_before", 0)), countText(numberOf(plan, "parameters_after", 0)), percentOf(plan, "parameters_before", "parameters_after")));
    m_blocks->clear();
    if (!plan.contains("blocks"))
        return;
    for (const auto &[block, costs] : plan["blocks"].items())
        m_blocks->addTopLevelItem(new QTreeWidgetItem({QString::fromStdString(block), percentOf(costs, "macs_before", "macs_after"), percentOf(costs, "parameters_before", "parameters_after")}));
}

void PruneDialog::clearPlan(const QString &summary)
{
    m_summary->setText(summary);
    m_blocks->clear();
}

void PruneDialog::write()
{
    delete m_planTool;
    m_debounce.stop();
    const auto arguments = QStringList{QStringLiteral("prune"), m_teacher, target()} + methodArguments() + QStringList{QStringLiteral("--json")};
    const auto written = [this, path = target()](const Result<Json> &result) {
        m_writeTool.clear();
        setWriting(false);
        if (!result)
            return tell(tr("Nothing was written. %1").arg(QString::fromStdString(to_string(result.error()))));
        Q_EMIT pruned(path);
        accept();
    };
    m_writeTool = EngineTool::run(engineProgram(), arguments, this, written, EngineTool::untilStopped);
    tell({});
    setWriting(true);
}

void PruneDialog::setWriting(bool writing)
{
    for (QWidget *widget : std::initializer_list<QWidget *>{m_method, m_share, m_percent, m_file, m_browse, m_expert, m_name})
        widget->setEnabled(!writing);
    const auto name = m_name->text().trimmed();
    m_write->setEnabled(!writing && complete() && !name.isEmpty() && !name.contains(QLatin1Char('/')));
    m_busy->setVisible(writing || m_planTool);
}

void PruneDialog::tell(const QString &message)
{
    m_message->setText(message.isEmpty() ? QString() : tr("⚠ %1").arg(message));
    m_message->setVisible(!message.isEmpty());
}

void PruneDialog::reject()
{
    if (!m_writeTool)
        return QDialog::reject();
    delete m_writeTool;
    setWriting(false);
    tell(tr("Stopped. Nothing was written."));
}

} // namespace quell
