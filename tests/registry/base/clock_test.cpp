#include "registry/base/clock.h"

#include "tests/support/catch.h"

using namespace berth;
using namespace std::chrono;
using namespace std::chrono_literals;

TEST_CASE("a time is written and read in one form", "[clock]") {
  const WallTime time = sys_days(year(2026) / 1 / 2) + 3h + 4min + 5s + 678ms;
  CHECK(to_rfc3339(time) == "2026-01-02T03:04:05.678Z");
  CHECK(from_rfc3339("2026-01-02T03:04:05.678Z") == time);
  CHECK(to_rfc3339(WallTime{} - 1ms) == "1969-12-31T23:59:59.999Z");
  CHECK(from_rfc3339("1969-12-31T23:59:59.999Z") == WallTime{} - 1ms);
  CHECK(from_rfc3339("2024-02-29T23:59:60.000Z"));
  CHECK(from_rfc3339("1678-01-01T00:00:00.000Z"));
  CHECK(from_rfc3339("2261-12-31T23:59:59.999Z"));
}

TEST_CASE("any other form of a time is refused", "[clock]") {
  const auto text =
      GENERATE("", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678",
               "2026-01-02 03:04:05.678Z", "2026-01-02T03:04:05.678z",
               "2026-1-2T03:04:05.67890Z", "2026- 1-02T03:04:05.678Z",
               "2026-+1-02T03:04:05.678Z", "2026-01-02T-3:04:05.678Z",
               "2026-13-02T03:04:05.678Z", "2026-02-29T03:04:05.678Z",
               "2026-01-00T03:04:05.678Z", "2026-01-02T24:04:05.678Z",
               "2026-01-02T03:60:05.678Z", "2026-01-02T03:04:61.678Z",
               "2026-01-02T03:04:05.678Z ", " 2026-01-02T03:04:05.678Z",
               "1677-12-31T23:59:59.999Z", "2262-01-01T00:00:00.000Z",
               "0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z");
  CAPTURE(text);
  CHECK(!from_rfc3339(text));
}

TEST_CASE("durations are told the way people do", "[clock]") {
  CHECK(human_duration(-5s) == "0 s");
  CHECK(human_duration(59s) == "59 s");
  CHECK(human_duration(60s) == "1 min");
  CHECK(human_duration(3599s) == "59 min");
  CHECK(human_duration(3600s) == "1 h");
  CHECK(human_duration(47h) == "47 h");
  CHECK(human_duration(48h) == "2 d");
}
