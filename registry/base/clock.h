// Wall-clock time as text. Any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

using WallTime = std::chrono::system_clock::time_point;

// UTC, RFC 3339 with milliseconds: "2026-01-02T03:04:05.678Z".
[[nodiscard]] std::string to_rfc3339(WallTime time);
// That form only, from 1678 to 2261; else nullopt.
[[nodiscard]] std::optional<WallTime> from_rfc3339(std::string_view text);

// For people: "12 s", "5 min", "3 h", "4 d". Below a second and below zero
// (the clock was set): "0 s".
[[nodiscard]] std::string human_duration(std::chrono::seconds duration);

}  // namespace berth
