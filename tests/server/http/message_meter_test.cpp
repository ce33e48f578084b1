#include "server/http/message_meter.h"

#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"

using namespace berth::http;
using namespace std::chrono_literals;

namespace {

const std::string kApp = "https://app.example";

struct Fixture {
  berth::test::FakeTimers timers;
  RateLimit origins{timers, {{10, 20}}};

  MessageMeter page(const std::string& origin = kApp,
                    std::vector<Rate> own = {}) {
    return {timers, std::move(own), &origins, origin};
  }
  static int take_all(MessageMeter& meter) {
    int taken = 0;
    while (taken < 10'000 && !meter.take_message(10)) ++taken;
    return taken;
  }
};

}  // namespace

TEST_CASE("the connections of an origin share what it may send", "[rate]") {
  Fixture f;
  auto first = f.page();
  auto second = f.page();
  auto other = f.page("https://other.example");
  CHECK(Fixture::take_all(first) == 20);
  CHECK(*second.take_message(10) == 100ms);
  CHECK(*second.take_call() == 100ms);
  CHECK(Fixture::take_all(other) == 20);
}

TEST_CASE("what a connection may not send, its origin does not pay", "[rate]") {
  Fixture f;
  auto limited = f.page(kApp, {{1, 5}});
  auto other = f.page();
  CHECK(Fixture::take_all(limited) == 5);
  CHECK(Fixture::take_all(other) == 15);
}

TEST_CASE("a program without a limit sends as fast as it can", "[rate]") {
  berth::test::FakeTimers timers;
  MessageMeter program(timers, {}, nullptr, "");
  CHECK(Fixture::take_all(program) == 10'000);
  CHECK_FALSE(program.take_message(std::size_t{1} << 20));
}

TEST_CASE("a large message costs as much as many small ones", "[rate]") {
  Fixture f;
  auto meter = f.page();
  CHECK_FALSE(meter.take_message(9 * MessageMeter::kBytes));
  CHECK(Fixture::take_all(meter) == 10);
}

TEST_CASE("who goes on after many refusals is not read for a while", "[rate]") {
  Fixture f;
  auto meter = f.page();
  for (int i = 0; i < MessageMeter::kRefusals.burst; ++i)
    CHECK_FALSE(meter.take_refusal(10));
  CHECK(*meter.take_refusal(10) == 100ms);
  CHECK(*meter.take_refusal(std::size_t{1} << 20) == MessageMeter::kMaxPause);
  f.timers.advance(101ms);
  CHECK_FALSE(meter.take_refusal(10));
}
