// Errors are values: every function that can fail on its input returns Result<T>.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace quell {

// Each code has an exit status of its own (exit_status), so that scripts can tell them apart.
enum class ErrorCode {
    Internal,    // a defect of Quell
    Usage,       // the command line or a request is wrong
    NotFound,    // a file, folder or key does not exist
    Malformed,   // a file is damaged or not what it claims to be
    Mismatch,    // well-formed, but parts do not fit each other
    Unsupported, // well-formed, but beyond what Quell does
    Io,          // reading or writing failed (disk full, no permission)
    OutOfMemory,
    Numerical,   // a loss or weight is not finite
    CheckFailed, // a comparison against a reference is outside its tolerance
    Cancelled,   // stopped on request
};

struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message; // what is wrong and what to do about it
    std::string place;   // file, key or field; may be empty
};

template <class T> using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string place = {})
{
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(place)});
}

// "place: message", the form shown to people.
std::string to_string(const Error &error);
// A stable lower-case name ("not-found"), used in JSON output.
const char *name_of(ErrorCode code);
// The process exit status for an error; 0 is success, 2 is wrong usage. Listed by `quell-engine --help`.
int exit_status(ErrorCode code);

} // namespace quell

#define QUELL_CONCAT_(a, b) a##b
#define QUELL_CONCAT(a, b) QUELL_CONCAT_(a, b)
// Returns the error of a failed Status or Result from the enclosing function.
#define QUELL_TRY(expression)                                                                                                   \
    do {                                                                                                                        \
        if (auto &&quell_status = (expression); !quell_status)                                                                  \
            return tl::unexpected<::quell::Error>(std::move(quell_status).error());                                             \
    } while (false)
// QUELL_ASSIGN(auto x, f()): x becomes the value, or the enclosing function returns the error.
#define QUELL_ASSIGN(declaration, expression) QUELL_ASSIGN_(declaration, expression, QUELL_CONCAT(quell_result_, __LINE__))
#define QUELL_ASSIGN_(declaration, expression, result)                                                                          \
    auto result = (expression);                                                                                                 \
    if (!result)                                                                                                                \
        return tl::unexpected<::quell::Error>(std::move(result).error());                                                       \
    declaration = std::move(*result)
