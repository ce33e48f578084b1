#include "launcher/gateway/tickets.h"

#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"

using namespace berth;
using namespace berth::launcher;
using namespace std::chrono_literals;

namespace {

const std::string kPage = "http://localhost:3000";

struct World {
  test::FakeTimers timers;
  Tickets tickets{timers};
  std::string issue() { return *tickets.issue({"bob", kPage, kPage}); }
};

}  // namespace

TEST_CASE("a ticket is good once", "[tickets]") {
  World w;
  const auto secret = w.issue();
  const auto ticket = w.tickets.take(secret, kPage);
  REQUIRE(ticket);
  CHECK(ticket->profile == "bob");
  CHECK(ticket->origin == kPage);
  CHECK_FALSE(w.tickets.take(secret, kPage));
}

TEST_CASE("a ticket that another origin shows is spoilt for all", "[tickets]") {
  World w;
  const auto secret = w.issue();
  CHECK_FALSE(w.tickets.take(secret, "http://localhost:3001"));
  CHECK_FALSE(w.tickets.take(secret, kPage));
}

TEST_CASE("a ticket ends after its life", "[tickets]") {
  World w;
  const auto late = w.issue();
  const auto in_time = w.issue();
  w.timers.advance(Tickets::kLife - 1ms);
  CHECK(w.tickets.take(in_time, kPage));
  w.timers.advance(1ms);
  CHECK_FALSE(w.tickets.take(late, kPage));
}

TEST_CASE("no two tickets are the same, and nothing is a ticket by chance",
          "[tickets]") {
  World w;
  CHECK(w.issue() != w.issue());
  CHECK_FALSE(w.tickets.take("", kPage));
  CHECK(w.issue().size() == 43);
}

TEST_CASE("so many tickets may be out, until some have ended", "[tickets]") {
  World w;
  for (std::size_t i = 0; i < Tickets::kMost; ++i) {
    const auto origin = "http://localhost:" + std::to_string(1000 + i);
    CHECK(w.tickets.issue({"bob", origin, origin}));
  }
  CHECK_FALSE(w.tickets.issue({"bob", kPage, kPage}));
  w.timers.advance(Tickets::kLife);
  CHECK(w.tickets.issue({"bob", kPage, kPage}));
}

TEST_CASE("an origin that takes too many loses its own oldest", "[tickets]") {
  World w;
  const std::string other = "http://localhost:3001";
  const auto of_other = *w.tickets.issue({"bob", other, other});
  const auto first = w.issue();
  const auto second = w.issue();
  for (std::size_t i = 1; i < Tickets::kMostOfOrigin; ++i) w.issue();
  CHECK_FALSE(w.tickets.take(first, kPage));
  CHECK(w.tickets.take(second, kPage));
  CHECK(w.tickets.take(of_other, other));
}
