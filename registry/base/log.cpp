#include "registry/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <utility>

#include "registry/base/files.h"
#include "registry/base/log_line.h"
#include "registry/base/text.h"

namespace berth::log {
namespace {

spdlog::logger& logger() {
  static spdlog::logger instance = [] {
    spdlog::logger made("berth",
                        std::make_shared<spdlog::sinks::stderr_sink_st>());
    made.set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-5l %v",
                     spdlog::pattern_time_type::utc);
    // A line must be on disk when the program dies in the next instruction.
    made.flush_on(spdlog::level::trace);
    return made;
  }();
  return instance;
}

void write(spdlog::level::level_enum level, const std::string& text) {
  if (!logger().should_log(level)) return;
  logger().log(level, "{}", visible(text));
  line_written();
}

}  // namespace

bool set_level(std::string_view name) {
  const auto level = spdlog::level::from_str(std::string(name));
  if (level == spdlog::level::off) return false;
  logger().set_level(level);
  return true;
}

void debug(const std::string& text) { write(spdlog::level::debug, text); }
void info(const std::string& text) { write(spdlog::level::info, text); }
void warn(const std::string& text) { write(spdlog::level::warn, text); }
void error(const std::string& text) { write(spdlog::level::err, text); }

void quote(const std::string& line) {
  const std::string whole = visible(line) + "\n";
  // Where stderr takes nothing, there is nowhere to say so.
  (void)write_all(STDERR_FILENO, whole, "log");
  line_written();
}

std::function<void(const std::exception_ptr&)> failure(std::string what) {
  return [what = std::move(what)](const std::exception_ptr& thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& exception) {
      error(what + ": " + exception.what());
    }
  };
}

}  // namespace berth::log
