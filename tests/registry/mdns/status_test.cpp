// How a status reads, where services may be seen, and what "off" is.
#include <net/if.h>

#include "registry/mdns/mdns.h"
#include "registry/mdns/scope.h"
#include "tests/support/catch.h"
#include "tests/support/io.h"

using namespace berth;
using namespace berth::mdns;
using State = Status::State;

namespace {
const Service kService{
    .id = "7f9c24e8-3b12-4fef-91e0-5d2b6a7c8e90", .port = 8766, .chain_id = ""};
}  // namespace

TEST_CASE("a status reads as a sentence", "[mdns]") {
  CHECK(describe({State::connecting, {}, {}}) == "connecting");
  CHECK(describe({State::registering, {}, {}}) == "registering");
  CHECK(describe({State::published, "berth-7f9c24e8", {}}) ==
        "published as berth-7f9c24e8");
  CHECK(describe({State::published, {}, {}}) == "published");
  CHECK(describe({State::denied, {}, "no local network access"}) ==
        "denied: no local network access");
  CHECK(describe({State::unavailable, {}, "no daemon"}) ==
        "unavailable: no daemon");
  CHECK(describe({State::disabled, {}, "off in config.json"}) ==
        "disabled: off in config.json");
}

TEST_CASE("the scope is the loopback interface", "[mdns]") {
  const auto scope = Scope::this_machine();
  REQUIRE(scope);
  CHECK(scope->interface_index() == ::if_nametoindex("lo"));
  CHECK(scope->interface_index() != 0);
}

TEST_CASE("where mDNS is off, a publication says so and why", "[mdns]") {
  asio::io_context io{1};
  const auto mdns = make_disabled(io.get_executor(), "off in config.json");
  const Status off{State::disabled, {}, "off in config.json"};
  std::vector<Status> told;
  const auto publication = mdns->publish(
      kService, [&](const Status& status) { told.push_back(status); });
  REQUIRE(publication);
  CHECK((*publication)->status() == off);
  CHECK(told.empty());  // not from inside a call
  test::run_ready(io);
  CHECK(told == std::vector{off});

  Service other = kService;
  CHECK((*publication)->update(other));
  other.id.back() = '1';
  CHECK((*publication)->update(other).error().code == Errc::invalid);
  other = kService;
  other.port = 0;
  CHECK(mdns->publish(other, nullptr).error().code == Errc::invalid);
}

TEST_CASE("where mDNS is off, a browser sees nothing and is settled",
          "[mdns]") {
  asio::io_context io{1};
  const auto mdns = make_disabled(io.get_executor(), "off");
  std::vector<Sighting> told;
  std::vector<Status> statuses;
  const auto browser =
      mdns->browse([&](const Sighting& sighting) { told.push_back(sighting); },
                   [&](const Status& status) { statuses.push_back(status); });
  CHECK(browser->status().state == State::disabled);
  CHECK(told.empty());
  test::run_ready(io);
  REQUIRE(told.size() == 1);
  CHECK(told[0].what == Sighting::What::settled);
  CHECK(statuses == std::vector{browser->status()});
}

TEST_CASE("where mDNS is off, who is gone is told nothing", "[mdns]") {
  asio::io_context io{1};
  const auto mdns = make_disabled(io.get_executor(), "off");
  int told = 0;
  auto browser = mdns->browse([&](const Sighting&) { ++told; },
                              [&](const Status&) { ++told; });
  browser.reset();
  auto publication = mdns->publish(kService, [&](const Status&) { ++told; });
  publication->reset();
  test::run_ready(io);
  CHECK(told == 0);
}
