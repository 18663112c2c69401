// What History asks and tells about one run. None of these waits: each opens, and calls back.
#pragma once

#include "app/run/run_record.h"

#include <functional>

class QDialog;
class QWidget;

namespace quell {

QDialog *editNotes(const RunRecord &run, QWidget *parent, std::function<void(const QStringList &tags, const QString &notes)> done);
QDialog *confirmTrash(const RunRecord &run, QWidget *parent, std::function<void()> yes);
QDialog *explainInterruption(const RunRecord &run, QWidget *parent); // with the last words of its engine.log

} // namespace quell
