#include "app/pages/history/run_dialogs.h"

#include "widgets/look.h"
#include "widgets/tag_editor.h"

#include <QCoreApplication>
#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QUrl>

namespace quell {
namespace {

class RunDialogs {
    Q_DECLARE_TR_FUNCTIONS(quell::RunDialogs)
};

} // namespace

QDialog *editNotes(const RunRecord &run, QWidget *parent, std::function<void(const QStringList &, const QString &)> done)
{
    auto *dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(RunDialogs::tr("Notes on “%1”").arg(run.name));
    auto *tags = new TagEditor(dialog);
    tags->setTags(run.tags);
    auto *notes = new QPlainTextEdit(run.notes, dialog);
    notes->setTabChangesFocus(true);
    auto *buttons = new QDialogButtonBox(dialog);
    buttons->addButton(RunDialogs::tr("Save"), QDialogButtonBox::AcceptRole);
    buttons->addButton(RunDialogs::tr("Cancel"), QDialogButtonBox::RejectRole);
    auto *tagsLabel = new QLabel(RunDialogs::tr("&Tags"), dialog), *notesLabel = new QLabel(RunDialogs::tr("&Notes"), dialog);
    tagsLabel->setBuddy(tags->line());
    notesLabel->setBuddy(notes);
    tags->line()->setAccessibleName(RunDialogs::tr("Tags"));
    notes->setAccessibleName(RunDialogs::tr("Notes"));
    auto *layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(look::margin, look::margin, look::margin, look::margin);
    layout->setSpacing(look::gap);
    for (QWidget *widget : std::initializer_list<QWidget *>{tagsLabel, tags, notesLabel, notes, buttons})
        layout->addWidget(widget);
    QObject::connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    QObject::connect(dialog, &QDialog::accepted, dialog, [tags, notes, done = std::move(done)] { done(tags->tags(), notes->toPlainText()); });
    const QFontMetrics metrics(dialog->font());
    dialog->resize(metrics.averageCharWidth() * 64, metrics.height() * 18);
    dialog->open();
    return dialog;
}

QDialog *confirmTrash(const RunRecord &run, QWidget *parent, std::function<void()> yes)
{
    auto *box = new QMessageBox(QMessageBox::Question, RunDialogs::tr("Delete run"), RunDialogs::tr("Move “%1” to the trash?").arg(run.name), QMessageBox::NoButton, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(RunDialogs::tr("Its checkpoints, samples and trained student (%1) go with it. Until the trash is emptied they can be restored from there.")
                                .arg(QLocale().formattedDataSize(run.diskBytes, 0, QLocale::DataSizeSIFormat)));
    auto *move = box->addButton(RunDialogs::tr("Move to trash"), QMessageBox::AcceptRole);
    box->setDefaultButton(box->addButton(RunDialogs::tr("Cancel"), QMessageBox::RejectRole));
    QObject::connect(move, &QPushButton::clicked, box, [yes = std::move(yes)] { yes(); });
    box->open();
    return box;
}

QDialog *explainInterruption(const RunRecord &run, QWidget *parent)
{
    auto *box = new QMessageBox(QMessageBox::Information, RunDialogs::tr("Why it was interrupted"), RunDialogs::tr("The engine of “%1” ended without saying so.").arg(run.name), QMessageBox::NoButton, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    const auto causes = RunDialogs::tr("It was killed, ran out of memory, or the machine went off. What checkpoints hold is not lost.");
    box->setInformativeText(run.error.isEmpty() ? causes : RunDialogs::tr("%1\n\nThe last line of its log: %2").arg(causes, run.error));
    auto *log = box->addButton(RunDialogs::tr("Open the log"), QMessageBox::ActionRole);
    box->setDefaultButton(box->addButton(RunDialogs::tr("Close"), QMessageBox::RejectRole));
    QObject::connect(log, &QPushButton::clicked, box, [folder = run.folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder + QStringLiteral("/engine.log"))); });
    box->open();
    return box;
}

} // namespace quell
