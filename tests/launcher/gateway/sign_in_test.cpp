#include "launcher/gateway/sign_in.h"

#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"

using namespace berth;
using namespace berth::launcher;
using namespace std::chrono_literals;

namespace {

struct World {
  test::FakeTimers timers;
  SignIn sign_in{timers};
};

}  // namespace

TEST_CASE("a code is exchanged once for a session", "[sign_in]") {
  World w;
  const auto code = w.sign_in.make_code();
  const auto session = w.sign_in.exchange(code);
  REQUIRE(session);
  CHECK(w.sign_in.is_session(*session));
  CHECK_FALSE(w.sign_in.exchange(code));
  CHECK_FALSE(w.sign_in.is_session(code));
  CHECK_FALSE(w.sign_in.is_session(""));
}

TEST_CASE("a code is good for its life, a session for longer", "[sign_in]") {
  World w;
  const auto late = w.sign_in.make_code();
  const auto in_time = w.sign_in.make_code();
  w.timers.advance(SignIn::kCodeLife - 1ms);
  const auto session = w.sign_in.exchange(in_time);
  REQUIRE(session);
  w.timers.advance(1ms);
  CHECK_FALSE(w.sign_in.exchange(late));
  w.timers.advance(24h);
  CHECK(w.sign_in.is_session(*session));
}

TEST_CASE("what is signed out is no session any more", "[sign_in]") {
  World w;
  const auto one = *w.sign_in.exchange(w.sign_in.make_code());
  const auto other = *w.sign_in.exchange(w.sign_in.make_code());
  w.sign_in.end(one);
  CHECK_FALSE(w.sign_in.is_session(one));
  CHECK(w.sign_in.is_session(other));
}

TEST_CASE("the oldest session goes for one too many", "[sign_in]") {
  World w;
  const auto first = *w.sign_in.exchange(w.sign_in.make_code());
  const auto second = *w.sign_in.exchange(w.sign_in.make_code());
  for (std::size_t i = 1; i < SignIn::kMostSessions; ++i)
    CHECK(w.sign_in.exchange(w.sign_in.make_code()));
  CHECK_FALSE(w.sign_in.is_session(first));
  CHECK(w.sign_in.is_session(second));
}

TEST_CASE("the oldest code goes for one too many", "[sign_in]") {
  World w;
  const auto first = w.sign_in.make_code();
  for (std::size_t i = 0; i < SignIn::kMostCodes; ++i)
    (void)w.sign_in.make_code();
  CHECK_FALSE(w.sign_in.exchange(first));
}
