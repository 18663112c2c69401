#include "core/log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace quell {
namespace {

spdlog::logger &logger()
{
    static const auto instance = [] {
        auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        sink->set_level(spdlog::level::warn);
        sink->set_pattern("quell-engine: %l: %v");
        auto made = std::make_shared<spdlog::logger>("quell", sink);
        made->set_level(spdlog::level::info);
        made->flush_on(spdlog::level::info);
        return made;
    }();
    return *instance;
}

} // namespace

void log_info(const std::string &message)
{
    logger().info("{}", message);
}

void log_warning(const std::string &message)
{
    logger().warn("{}", message);
}

Status log_to_file(const fs::path &path)
try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path.string());
    sink->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
    logger().sinks().push_back(std::move(sink));
    return {};
} catch (const spdlog::spdlog_ex &error) {
    return fail(ErrorCode::Io, error.what(), path.string());
}

} // namespace quell
