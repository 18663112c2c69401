#include "app/pages/data/caption_store.h"

#include "core/files.h"

#include <QFile>
#include <QFileInfo>
#include <QPointer>
#include <QUndoCommand>
#include <QUndoStack>

namespace quell {
namespace {

fs::path sidecarOf(const QString &picture)
{
    return fs::path(picture.toStdU16String()).replace_extension(".txt");
}

Status removeFile(const fs::path &file)
{
    std::error_code error;
    fs::remove(file, error);
    return error ? Status(fail(ErrorCode::Io, error.message(), file.string())) : Status();
}

} // namespace

class CaptionEdit : public QUndoCommand {
public:
    CaptionEdit(CaptionStore *store, QString picture, QString before, QString after)
        : QUndoCommand(CaptionStore::tr("Change the caption of %1").arg(QFileInfo(picture).fileName())), m_store(store), m_picture(std::move(picture)),
          m_before(std::move(before)), m_after(std::move(after))
    {
    }
    void redo() override { write(m_after, false); }
    void undo() override { write(m_before, true); }

private:
    void write(const QString &caption, bool restore)
    {
        if (m_store)
            m_store->write(m_picture, caption, m_original, restore);
    }
    QPointer<CaptionStore> m_store;
    QString m_picture, m_before, m_after;
    std::shared_ptr<CaptionStore::Original> m_original = std::make_shared<CaptionStore::Original>();
};

// What is there is kept in `original` first; what cannot be kept is not overwritten.
Status CaptionStore::replace(const fs::path &file, const std::string &text, Original &original)
{
    if (!original.known) {
        auto old = read_text(file);
        if (old)
            original.text = std::move(*old);
        else if (old.error().code != ErrorCode::NotFound)
            return tl::unexpected<Error>(std::move(old).error());
        original.known = true;
    }
    return write_atomically(file, text);
}

Status CaptionStore::giveBack(const fs::path &file, const Original &original)
{
    if (!original.known)
        return {}; // the edit was refused: nothing was changed
    return original.text ? write_atomically(file, *original.text) : removeFile(file);
}

CaptionStore::CaptionStore(QObject *parent) : QObject(parent)
{
    m_pool.setMaxThreadCount(1);
}

CaptionStore::~CaptionStore()
{
    m_pool.waitForDone();
}

void CaptionStore::edit(const QString &picture, const QString &before, const QString &after, QUndoStack *stack)
{
    stack->push(new CaptionEdit(this, picture, before, after));
}

void CaptionStore::write(const QString &picture, const QString &caption, const std::shared_ptr<Original> &original, bool restore)
{
    m_pool.start([=, this] {
        const auto status = restore ? giveBack(sidecarOf(picture), *original) : replace(sidecarOf(picture), caption.toStdString() + "\n", *original);
        const auto message = status ? QString() : QString::fromStdString(to_string(status.error()));
        // The destructor waits for this thread, so that `this` is alive.
        QMetaObject::invokeMethod(
            this, [=, this] { message.isEmpty() ? saved(picture, caption) : failed(picture, message); }, Qt::QueuedConnection);
    });
}

} // namespace quell
