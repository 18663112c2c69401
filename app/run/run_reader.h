// Reads a run folder for the studio: the truth about a run is there. Any thread; no call here blocks for long, but none belongs on the GUI thread.
#pragma once

#include "app/run/run_record.h"
#include "formats/json.h"

#include <vector>

namespace quell {

// From run.json, events.ndjson, checkpoints/, scores.json, meta.json. A run that says it works but whose engine.lock nobody holds is
// Interrupted. Errors: NotFound without run.json, Malformed if that is damaged. Another damaged file leaves what can be read, and is named in
// the record's error.
Result<RunRecord> readRunRecord(const QString &folder);
// The folders below `runs` that hold a run.json, oldest first.
QStringList findRuns(const QString &runs);
// Whether a living engine holds the folder's lock.
bool engineAtWork(const QString &folder);
// A run's spec, events and metrics, for showing one that is not live. A torn last line is passed over.
struct RunLog {
    Json spec;
    std::vector<Json> events, metrics;
};
Result<RunLog> readRunLog(const QString &folder);
// tags and notes, written whole or not at all.
Status writeMeta(const QString &folder, const QStringList &tags, const QString &notes);

} // namespace quell
