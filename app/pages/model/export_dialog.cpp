#include "app/pages/model/export_dialog.h"

#include "app/pages/model/model_facts.h"
#include "widgets/look.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>

namespace quell {

ExportDialog::ExportDialog(const QVector<Choice> &choices, const QString &folder, QWidget *parent) : QDialog(parent), m_choices(choices)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Export a model"));
    build(choices, folder);
    connect(m_browse, &QPushButton::clicked, this, &ExportDialog::chooseTarget);
    connect(m_model, &QComboBox::currentIndexChanged, this, &ExportDialog::takeModel);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::takeFormat);
    connect(m_target, &QLineEdit::textChanged, this, [this] { setWriting(false); });
    connect(m_write, &QPushButton::clicked, this, &ExportDialog::write);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &ExportDialog::reject);
    takeModel();
    setWriting(false);
}

void ExportDialog::build(const QVector<Choice> &choices, const QString &folder)
{
    auto *form = new QFormLayout;
    form->setSpacing(look::gap);
    m_model = new QComboBox(this);
    for (const auto &choice : choices)
        m_model->addItem(choice.name, choice.model);
    form->addRow(tr("&Model"), m_model);
    m_format = new QComboBox(this);
    form->addRow(tr("For&mat"), m_format);
    m_dtype = new QComboBox(this);
    m_dtype->addItem(tr("As it is"));
    for (const char *dtype : {"fp16", "bf16", "fp32"})
        m_dtype->addItem(QString::fromLatin1(dtype), QString::fromLatin1(dtype));
    form->addRow(tr("&Precision"), m_dtype);
    m_dense = new QCheckBox(tr("Fill what was pruned with &zeros"), this);
    m_dense->setToolTip(tr("The same function in the dense shapes: every Stable Diffusion program opens it, but it is no smaller and no faster there."));
    form->addRow(QString(), m_dense);
    auto *target = new QHBoxLayout;
    m_target = new QLineEdit(QDir::toNativeSeparators(folder + QStringLiteral("/exported")), this);
    m_browse = new QPushButton(tr("Choose…"), this);
    target->addWidget(m_target, 1);
    target->addWidget(m_browse);
    m_targetLabel = new QLabel(this);
    m_targetLabel->setBuddy(m_target);
    form->addRow(m_targetLabel, target);

    m_message = new QLabel(this);
    m_message->setWordWrap(true);
    m_message->hide();
    m_busy = new QProgressBar(this);
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_write = m_buttons->addButton(tr("Export"), QDialogButtonBox::ActionRole);
    m_write->setProperty("primary", true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(look::margin, look::margin, look::margin, look::margin);
    layout->setSpacing(look::padding);
    layout->addLayout(form);
    layout->addWidget(m_message);
    layout->addWidget(m_busy);
    layout->addStretch();
    layout->addWidget(m_buttons);
    resize(fontMetrics().averageCharWidth() * 84, sizeHint().height());
}

QString ExportDialog::format() const
{
    return m_format->currentData().toString();
}

void ExportDialog::takeModel()
{
    m_format->clear();
    m_format->addItem(tr("Folder, as diffusers opens it"), QStringLiteral("diffusers"));
    m_format->addItem(tr("Single file, as most programs open it"), QStringLiteral("single-file"));
    if (m_choices.value(m_model->currentIndex()).adapters) {
        m_format->addItem(tr("Adapters (LoRA) for diffusers"), QStringLiteral("lora-peft"));
        m_format->addItem(tr("Adapters (LoRA) for other programs"), QStringLiteral("lora-kohya"));
    }
}

void ExportDialog::takeFormat()
{
    const bool folder = format() == QLatin1String("diffusers");
    m_targetLabel->setText(folder ? tr("&Folder to write") : tr("&File to write"));
    const QString ending = QStringLiteral(".safetensors");
    auto target = m_target->text();
    if (folder && target.endsWith(ending))
        target.chop(ending.size());
    else if (!folder && !target.isEmpty() && !target.endsWith(ending))
        target += ending;
    m_target->setText(target);
    setWriting(false);
}

void ExportDialog::chooseTarget()
{
    const bool folder = format() == QLatin1String("diffusers");
    auto *dialog = new QFileDialog(this, folder ? tr("Folder to write") : tr("File to write"), m_target->text());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::AnyFile);
    dialog->setOption(QFileDialog::ShowDirsOnly, folder);
    dialog->setAcceptMode(folder ? QFileDialog::AcceptOpen : QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(folder ? QString() : QStringLiteral("safetensors"));
    connect(dialog, &QFileDialog::fileSelected, m_target, &QLineEdit::setText);
    dialog->open();
}

void ExportDialog::write()
{
    const auto target = QDir::cleanPath(QDir::fromNativeSeparators(m_target->text().trimmed()));
    QStringList arguments{QStringLiteral("export"), m_model->currentData().toString(), target, QStringLiteral("--json"), QStringLiteral("--format"), format()};
    if (const auto base = m_choices.value(m_model->currentIndex()).base; !base.isEmpty())
        arguments << QStringLiteral("--base") << base;
    if (m_dense->isEnabled() && m_dense->isChecked())
        arguments << QStringLiteral("--dense");
    if (const auto dtype = m_dtype->currentData().toString(); m_dtype->isEnabled() && !dtype.isEmpty())
        arguments << QStringLiteral("--dtype") << dtype;
    const auto written = [this, target](const Result<Json> &result) {
        m_tool.clear();
        setWriting(false);
        if (!result) {
            m_message->setText(tr("⚠ Nothing was written. %1").arg(QString::fromStdString(to_string(result.error()))));
            m_message->show();
            return;
        }
        Q_EMIT exported(target);
        accept();
    };
    m_tool = EngineTool::run(engineProgram(), arguments, this, written, EngineTool::untilStopped);
    m_message->hide();
    setWriting(true);
}

void ExportDialog::setWriting(bool writing)
{
    const bool adapters = format().startsWith(QLatin1String("lora"));
    for (QWidget *widget : std::initializer_list<QWidget *>{m_model, m_format, m_target, m_browse})
        widget->setEnabled(!writing);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_dtype, m_dense})
        widget->setEnabled(!writing && !adapters);
    m_write->setEnabled(!writing && QDir::isAbsolutePath(QDir::fromNativeSeparators(m_target->text().trimmed())));
    m_busy->setVisible(writing);
}

void ExportDialog::reject()
{
    if (!m_tool)
        return QDialog::reject();
    delete m_tool;
    setWriting(false);
    m_message->setText(tr("Stopped. Nothing was written."));
    m_message->show();
}

} // namespace quell
