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

ExportDialog::ExportDialog(const QVector<Choice> &choices, const QString &folder, QWidget *parent) : QDialog(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Export a model"));
    build(choices, folder);
    connect(m_browse, &QPushButton::clicked, this, &ExportDialog::chooseFolder);
    connect(m_target, &QLineEdit::textChanged, this, [this] { setWriting(false); });
    connect(m_write, &QPushButton::clicked, this, &ExportDialog::write);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &ExportDialog::reject);
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
    auto *label = new QLabel(tr("&Folder to write"), this);
    label->setBuddy(m_target);
    form->addRow(label, target);

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

void ExportDialog::chooseFolder()
{
    auto *dialog = new QFileDialog(this, tr("Folder to write"), m_target->text());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, m_target, &QLineEdit::setText);
    dialog->open();
}

void ExportDialog::write()
{
    const auto target = QDir::cleanPath(QDir::fromNativeSeparators(m_target->text().trimmed()));
    QStringList arguments{QStringLiteral("export"), m_model->currentData().toString(), target, QStringLiteral("--json")};
    if (m_dense->isChecked())
        arguments << QStringLiteral("--dense");
    if (const auto dtype = m_dtype->currentData().toString(); !dtype.isEmpty())
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
    m_tool = EngineTool::run(engineProgram(), arguments, this, written, untilStopped);
    m_message->hide();
    setWriting(true);
}

void ExportDialog::setWriting(bool writing)
{
    for (QWidget *widget : std::initializer_list<QWidget *>{m_model, m_dtype, m_dense, m_target, m_browse})
        widget->setEnabled(!writing);
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
