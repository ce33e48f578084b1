// The log of a long-running program: one line an event on stderr, as
// "2026-01-02T03:04:05.678Z info  text". Control characters, escapes and bidi
// overrides in `text` are made visible. One thread.
#pragma once

#include <exception>
#include <functional>
#include <string>
#include <string_view>

namespace berth::log {

enum class Level { debug, info, warn, error };

// "debug", "info", "warn" or "error"; false: another word, nothing changed.
bool set_level(std::string_view name);

void debug(const std::string& text);
void info(const std::string& text);
void warn(const std::string& text);
void error(const std::string& text);

// A line of another program whose output is kept in this log: as it is, whatever
// the level, without a time of ours.
void quote(const std::string& line);

// For a TaskGroup: logs an exception that left a coroutine, a bug of ours, as
// an error, "what: why".
[[nodiscard]] std::function<void(const std::exception_ptr&)> failure(
    std::string what);

}  // namespace berth::log
