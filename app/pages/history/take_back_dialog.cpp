#include "app/pages/history/take_back_dialog.h"

#include "app/project/json_text.h"
#include "app/project/project.h"
#include "widgets/look.h"

#include <QDialogButtonBox>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace quell {

TakeBackDialog::TakeBackDialog(const QString &run, const QString &models, QWidget *parent) : QDialog(parent), m_run(run), m_models(models)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Take a concept back"));
    build();
    ask({QStringLiteral("ledger"), m_run, QStringLiteral("--json")}, [this](const Json &ledger) { showLedger(ledger); });
}

void TakeBackDialog::build()
{
    auto *words = new QLabel(tr("What was suppressed on the way to this student. Taking a concept back undoes all that its run changed in the weights, its fine-tuning too; what later "
                                "runs changed stays. The result is a model of its own and becomes the next run's student."), this);
    words->setWordWrap(true);
    m_list = new QTreeWidget(this);
    m_list->setHeaderLabels({tr("Concept"), tr("Suppressed by"), tr("Can be taken back")});
    m_list->setRootIsDecorated(false);
    m_list->setAccessibleName(tr("Concepts that this student suppresses"));
    m_list->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_list->setMinimumHeight(fontMetrics().height() * 7);
    m_message = new QLabel(this);
    m_message->setWordWrap(true);
    m_busy = new QProgressBar(this);
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_take = buttons->addButton(tr("Take back"), QDialogButtonBox::ActionRole);
    m_take->setProperty("primary", true);
    m_take->setDefault(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(look::margin, look::margin, look::margin, look::margin);
    layout->setSpacing(look::padding);
    for (QWidget *widget : std::initializer_list<QWidget *>{words, m_list, m_message, m_busy, buttons})
        layout->addWidget(widget);
    resize(fontMetrics().averageCharWidth() * 84, sizeHint().height());
    connect(buttons, &QDialogButtonBox::rejected, this, &TakeBackDialog::reject);
    connect(m_take, &QPushButton::clicked, this, &TakeBackDialog::takeBack);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &TakeBackDialog::refresh);
}

void TakeBackDialog::showLedger(const Json &ledger)
{
    for (const auto &entry : ledger) {
        const auto concepts = textsOf(entry["concepts"]);
        for (const auto &name : concepts) {
            auto *item = new QTreeWidgetItem(m_list, {name, QFileInfo(textOf(entry, "run")).fileName(), concepts.size() == 1 ? tr("yes") : tr("no: its run suppressed others too")});
            item->setDisabled(concepts.size() > 1);
            if (!m_list->currentItem() && !item->isDisabled())
                m_list->setCurrentItem(item);
        }
    }
    m_message->setText(m_list->topLevelItemCount() == 0 ? tr("Nothing was suppressed: these runs only fine-tuned.") : QString());
    refresh();
    m_list->setFocus(); // else Return means Cancel, which had the focus while the rest was off
}

QString TakeBackDialog::chosen() const
{
    const auto *item = m_list->currentItem();
    return item && !item->isDisabled() ? item->text(0) : QString();
}

void TakeBackDialog::takeBack()
{
    static const QRegularExpression others(QStringLiteral("[^\\w-]+"), QRegularExpression::UseUnicodePropertiesOption); // what a folder's name had better not hold
    const auto path = freePath(m_models + QStringLiteral("/%1-without-%2").arg(QFileInfo(m_run).fileName(), QString(chosen()).replace(others, QStringLiteral("-"))));
    ask({QStringLiteral("ledger"), m_run, QStringLiteral("--undo=%1").arg(chosen()), QStringLiteral("--out"), path, QStringLiteral("--json")},
        [this, path, name = chosen()](const Json &) {
            Q_EMIT takenBack(name, path);
            accept();
        });
}

void TakeBackDialog::ask(const QStringList &arguments, std::function<void(const Json &)> done)
{
    m_message->clear();
    m_tool = EngineTool::run(engineProgram(), arguments, this, [this, done = std::move(done)](const Result<Json> &answer) {
        m_tool.clear();
        if (answer)
            done(*answer);
        else
            m_message->setText(tr("⚠ %1").arg(QString::fromStdString(to_string(answer.error()))));
        refresh();
    }, EngineTool::untilStopped);
    refresh();
}

void TakeBackDialog::refresh()
{
    m_busy->setVisible(m_tool);
    m_message->setVisible(!m_message->text().isEmpty());
    m_list->setEnabled(!m_tool);
    m_take->setEnabled(!m_tool && !chosen().isEmpty());
}

void TakeBackDialog::reject()
{
    delete m_tool;
    QDialog::reject();
}

} // namespace quell
