// What does an engine's work, as the server sees it.
#pragma once

#include "formats/json.h"

namespace quell {

// Called on the server's I/O thread: each of these must return at once and leave the work to a thread of its own.
class Worker {
public:
    virtual ~Worker() = default;
    // Takes a request (checked; subscribe and ping never come here) and returns the fields of its answer. Null: it gets none.
    virtual Result<Json> request(const Json &request) = 0;
    // The process is to end: after the step with a checkpoint, or now. Asked for by closed input (attached) or a signal.
    virtual void stop(bool now) = 0;
};

} // namespace quell
