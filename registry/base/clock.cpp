#include "registry/base/clock.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace berth {

using namespace std::chrono;

std::string to_rfc3339(WallTime time) {
  const auto whole = floor<seconds>(time);
  const auto millis = duration_cast<milliseconds>(time - whole).count();
  const std::time_t clock = system_clock::to_time_t(whole);
  std::tm utc{};
  ::gmtime_r(&clock, &utc);
  std::array<char, 40> text{};
  const auto end =
      std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text.data() + end, text.size() - end, ".%03dZ",
                static_cast<int>(millis));
  return text.data();
}

std::optional<WallTime> from_rfc3339(std::string_view text) {
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, ms = 0;
  const std::string copy(text);
  int used = 0;
  const int fields =
      std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n", &y, &mo, &d,
                  &h, &mi, &s, &ms, &used);
  if (fields != 7 || copy.size() != 24 || used != 24) return std::nullopt;
  const year_month_day date{year(y), month(static_cast<unsigned>(mo)),
                            day(static_cast<unsigned>(d))};
  if (!date.ok() || h > 23 || mi > 59 || s > 60) return std::nullopt;
  return sys_days(date) + hours(h) + minutes(mi) + seconds(s) +
         milliseconds(ms);
}

std::string human_duration(seconds duration) {
  const auto count = std::max<std::int64_t>(0, duration.count());
  if (count < 60) return std::to_string(count) + " s";
  if (count < 3600) return std::to_string(count / 60) + " min";
  if (count < 48 * 3600) return std::to_string(count / 3600) + " h";
  return std::to_string(count / 86400) + " d";
}

}  // namespace berth
