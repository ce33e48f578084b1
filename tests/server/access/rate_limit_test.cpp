#include "server/access/rate_limit.h"

#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"

using namespace berth::server;
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

TEST_CASE("many keys are forgotten only when they are as good as new",
          "[rate]") {
  Fixture f;
  CHECK(f.take_all("a") == 5);
  for (int i = 0; i < 1000; ++i) CHECK(!f.limit.take(std::to_string(i)));
  CHECK(f.limit.take("a"));
}
