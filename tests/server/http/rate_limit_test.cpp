#include "server/http/rate_limit.h"

#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"

using namespace berth::http;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  berth::test::FakeTimers timers;
  RateLimit limit{timers, {{1, 5}, {10.0 / 60, 10}}};

  int take_all(const std::string& key) {
    int taken = 0;
    while (!limit.take(key)) ++taken;
    return taken;
  }
  void take_others(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      CHECK(!limit.take("other " + std::to_string(i)));
  }
};

}  // namespace

TEST_CASE("a burst is let through, then the rate", "[rate]") {
  Fixture f;
  CHECK(f.take_all("a") == 5);
  CHECK(*f.limit.take("a") == 1000ms);
  f.timers.advance(999ms);
  CHECK(f.limit.take("a"));
  f.timers.advance(2ms);
  CHECK(!f.limit.take("a"));
}

TEST_CASE("the slowest rate decides in the end", "[rate]") {
  Fixture f;
  CHECK(f.take_all("a") == 5);
  int taken = 0;
  for (int second = 0; second < 60; ++second) {
    f.timers.advance(1s);
    taken += f.take_all("a");
  }
  CHECK(taken == 15);  // 5 of the burst that were left, and 10 a minute
}

TEST_CASE("one key does not use up another's", "[rate]") {
  Fixture f;
  CHECK(f.take_all("a") == 5);
  CHECK(f.take_all("b") == 5);
}

TEST_CASE("what costs more leaves less, and nothing costs more than a burst",
          "[rate]") {
  Fixture f;
  CHECK(!f.limit.take("a", 4));
  CHECK(*f.limit.take("a", 4) == 3000ms);
  CHECK(f.take_all("a") == 1);
  CHECK(!f.limit.take("b", 1000));
  CHECK(*f.limit.take("b", 1000) == 60'000ms);  // 10 of the slower rate
}

TEST_CASE("a key is remembered while there is room for it", "[rate]") {
  Fixture f;
  CHECK(f.take_all("a") == 5);
  f.take_others(RateLimit::kMostKeys - 1);
  CHECK(f.limit.take("a"));
}

TEST_CASE(
    "of more keys than there is room for, the one asked for longest ago "
    "is forgotten",
    "[rate]") {
  Fixture f;
  CHECK(f.take_all("a") == 5);
  CHECK(f.take_all("b") == 5);
  f.take_others(RateLimit::kMostKeys - 2);
  CHECK(f.limit.take("a"));  // asked for again, so b is the oldest
  CHECK(!f.limit.take("one more"));
  CHECK(f.limit.take("a"));
  CHECK(!f.limit.take("b"));
}

TEST_CASE("no rates allow everything", "[rate]") {
  berth::test::FakeTimers timers;
  TokenBuckets buckets(timers, {});
  for (int i = 0; i < 10'000; ++i) CHECK(!buckets.take(1e9));
}
