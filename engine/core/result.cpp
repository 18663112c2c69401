#include "core/result.h"

namespace quell {

std::string to_string(const Error &error)
{
    return error.place.empty() ? error.message : error.place + ": " + error.message;
}

const char *name_of(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Internal: return "internal";
    case ErrorCode::Usage: return "usage";
    case ErrorCode::NotFound: return "not-found";
    case ErrorCode::Malformed: return "malformed";
    case ErrorCode::Mismatch: return "mismatch";
    case ErrorCode::Unsupported: return "unsupported";
    case ErrorCode::Io: return "io";
    case ErrorCode::OutOfMemory: return "out-of-memory";
    case ErrorCode::Numerical: return "numerical";
    case ErrorCode::CheckFailed: return "check-failed";
    case ErrorCode::Cancelled: return "cancelled";
    }
    return "internal";
}

int exit_status(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Internal: return 1;
    case ErrorCode::Usage: return 2;
    case ErrorCode::NotFound: return 3;
    case ErrorCode::Malformed: return 4;
    case ErrorCode::Mismatch: return 5;
    case ErrorCode::Unsupported: return 6;
    case ErrorCode::Io: return 7;
    case ErrorCode::OutOfMemory: return 8;
    case ErrorCode::Numerical: return 9;
    case ErrorCode::CheckFailed: return 10;
    case ErrorCode::Cancelled: return 11;
    }
    return 1;
}

} // namespace quell
