// Captions written beside their pictures (owl.txt beside owl.png), whole or not at all, off the GUI thread, in the order they were made; undoable.
#pragma once

#include "core/files.h"

#include <QObject>
#include <QThreadPool>

#include <memory>
#include <optional>

class QUndoStack;

namespace quell {

class CaptionStore : public QObject {
    Q_OBJECT
public:
    explicit CaptionStore(QObject *parent = nullptr);
    ~CaptionStore() override; // what is under way is written first

    // Writes `after`; undoing brings back the sidecar as it was, or its absence. `picture` is an absolute path, `before` the caption that was shown.
    void edit(const QString &picture, const QString &before, const QString &after, QUndoStack *stack);

Q_SIGNALS:
    void saved(const QString &picture, const QString &caption);
    void failed(const QString &picture, const QString &message);

private:
    friend class CaptionEdit;
    // The sidecar before the edit; read by the first write.
    struct Original {
        bool known = false;
        std::optional<std::string> text; // none: there was no file
    };
    static Status replace(const fs::path &file, const std::string &text, Original &original);
    static Status giveBack(const fs::path &file, const Original &original);
    void write(const QString &picture, const QString &caption, const std::shared_ptr<Original> &original, bool restore);

    QThreadPool m_pool; // one thread: an older edit never overtakes a newer one
};

} // namespace quell
