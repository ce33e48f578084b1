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
  // Looked at character by character: scanf takes blanks and signs for digits.
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd.dddZ";
  if (text.size() != kShape.size()) return std::nullopt;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd' ? !digit : text[i] != kShape[i]) return std::nullopt;
  }
  const auto number = [text](std::size_t from, std::size_t length) {
    unsigned value = 0;
    for (char c : text.substr(from, length)) value = value * 10 + (c - '0');
    return value;
  };
  const year_month_day date{year(static_cast<int>(number(0, 4))),
                            month(number(5, 2)), day(number(8, 2))};
  const hours h(number(11, 2));
  const minutes m(number(14, 2));
  const seconds s(number(17, 2));
  // The clock counts nanoseconds in 64 bits.
  if (date.year() < year(1678) || date.year() > year(2261)) return std::nullopt;
  if (!date.ok() || h > hours(23) || m > minutes(59) || s > seconds(60))
    return std::nullopt;
  return sys_days(date) + h + m + s + milliseconds(number(20, 3));
}

std::string human_duration(seconds duration) {
  const auto count = std::max<std::int64_t>(0, duration.count());
  if (count < 60) return std::to_string(count) + " s";
  if (count < 3600) return std::to_string(count / 60) + " min";
  if (count < 48 * 3600) return std::to_string(count / 3600) + " h";
  return std::to_string(count / 86400) + " d";
}

}  // namespace berth
