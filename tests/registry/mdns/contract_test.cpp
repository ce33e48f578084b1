// What every Mdns promises, whatever is behind it. Other programs than the
// tests of this folder hold the same promises against real daemons.
#include "registry/base/random.h"
#include "tests/registry/mdns/support/link.h"
#include "tests/registry/mdns/support/watcher.h"
#include "tests/support/catch.h"
#include "tests/support/io.h"

using namespace berth;
using namespace berth::mdns;
using berth::test::Link;
using berth::test::make_link;
using berth::test::run_until;
using berth::test::Told;
using berth::test::Watcher;
using State = Status::State;

namespace {

Service sample(std::uint16_t port = 8766) {
  return {.id = random_uuid(), .port = port, .chain_id = "0xaa36a7"};
}

std::unique_ptr<Publication> publish(Mdns& mdns, const Service& service,
                                     Told& told) {
  auto publication = mdns.publish(service, told.on_status());
  REQUIRE(publication);
  return std::move(*publication);
}

// A publication, once the daemon has it.
std::unique_ptr<Publication> published(Link& link, Mdns& mdns,
                                       const Service& service, Told& told) {
  auto publication = publish(mdns, service, told);
  run_until(link.io, [&] { return told.is(State::published); });
  return publication;
}

Txt text(const std::vector<std::string>& entries) {
  Txt txt;
  for (const auto& entry : entries)
    txt.emplace_back(entry.begin(), entry.end());
  return txt;
}

}  // namespace

TEST_CASE("what is published is seen, with its facts, until it is withdrawn",
          "[mdns][contract]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Watcher watcher(*mdns);
  const Service service = sample();
  const std::string name = service_name(service.id);

  Told told;
  auto publication = published(*link, *mdns, service, told);
  CHECK(publication->status() == Status{State::published, name, {}});
  run_until(link->io, [&] { return watcher.sees(name); });
  CHECK(watcher.present[name] == Seen{name, 8766, {}, service});

  publication.reset();
  run_until(link->io, [&] { return !watcher.sees(name); });
  CHECK(std::count(watcher.lost.begin(), watcher.lost.end(), name) == 1);
}

TEST_CASE("another program sees it too, before and after it begins to look",
          "[mdns][contract]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  const auto other = link->make_mdns();
  Watcher early(*other);
  Told told;
  const Service service = sample();
  const auto publication = published(*link, *mdns, service, told);
  const std::string name = publication->status().name;
  run_until(link->io, [&] { return early.sees(name, service); });
  Watcher late(*other);
  run_until(link->io, [&] { return late.sees(name, service); });
}

TEST_CASE("other facts of a service are seen", "[mdns][contract]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Watcher watcher(*mdns);
  Told told;
  Service service = sample();
  const auto publication = published(*link, *mdns, service, told);
  const std::string name = publication->status().name;
  run_until(link->io, [&] { return watcher.sees(name, service); });

  service.chain_id = "0x1";
  REQUIRE(publication->update(service));
  run_until(link->io, [&] { return watcher.sees(name, service); });
  service.port = 8767;
  REQUIRE(publication->update(service));
  run_until(link->io,
            [&] { return watcher.sees(publication->status().name, service); });
}

TEST_CASE("facts that change before the daemon has them are what is seen",
          "[mdns][contract]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Watcher watcher(*mdns);
  Told told;
  Service service = sample();
  const auto publication = publish(*mdns, service, told);
  run_until(link->io, [&] { return told.is(State::registering); });
  service.chain_id = "0x1";
  REQUIRE(publication->update(service));
  run_until(link->io,
            [&] { return watcher.sees(publication->status().name, service); });
}

TEST_CASE("services of one name get different ones", "[mdns][contract]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  const auto other = link->make_mdns();
  const Service first = sample(8766);
  Service second = first;
  second.port = 8767;
  Told told_first, told_second;
  const auto one = published(*link, *mdns, first, told_first);
  const auto two = published(*link, *other, second, told_second);
  CHECK(one->status().name == service_name(first.id));
  CHECK(two->status().name == service_name(first.id, 2));
  Watcher watcher(*mdns);
  run_until(link->io, [&] {
    return watcher.sees(one->status().name, first) &&
           watcher.sees(two->status().name, second);
  });
}

TEST_CASE("a browser is settled when it was told what was there",
          "[mdns][contract]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Told told;
  const auto one = published(*link, *mdns, sample(8766), told);
  const auto two = published(*link, *mdns, sample(8767), told);
  // A daemon may take a moment from "published" to having it there for others.
  Watcher early(*mdns);
  run_until(link->io, [&] {
    return early.sees(one->status().name) && early.sees(two->status().name);
  });
  const auto other = link->make_mdns();
  Watcher watcher(*other);
  run_until(link->io, [&] { return watcher.settled > 0; });
  CHECK(watcher.sees(one->status().name));
  CHECK(watcher.sees(two->status().name));
  CHECK(watcher.settled == 1);
  CHECK(watcher.browser->status() == Status{State::published, {}, {}});
}

TEST_CASE("where nothing is, a browser is settled too", "[mdns][contract]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Watcher watcher(*mdns);
  run_until(link->io, [&] { return watcher.settled > 0; });
  CHECK(watcher.status.is(State::published));
}

TEST_CASE("another program's record is told, with what is wrong with it",
          "[mdns][contract]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Watcher watcher(*mdns);
  link->forge("No wallet (2).x", 4711, text({"txtvers=1", "id=nonsense"}));
  link->forge("caf\xc3\xa9", 4712, text({"flag", "other=1"}));
  const Service service = sample(4713);
  link->forge("imitation", 4713, to_txt(service));
  run_until(link->io, [&] {
    return watcher.sees("No wallet (2).x") && watcher.sees("caf\xc3\xa9") &&
           watcher.sees("imitation");
  });
  CHECK(watcher.present["No wallet (2).x"] ==
        Seen{"No wallet (2).x", 4711, "TXT has no number as pv", {}});
  CHECK(watcher.present["caf\xc3\xa9"] ==
        Seen{"caf\xc3\xa9", 4712, "TXT has no txtvers=1", {}});
  CHECK(watcher.present["imitation"] == Seen{"imitation", 4713, {}, service});
}

TEST_CASE("what is wrong is refused, and nothing of it is published",
          "[mdns][contract]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Service wrong = sample();
  wrong.port = 0;
  Told told;
  CHECK(mdns->publish(wrong, told.on_status()).error().code == Errc::invalid);
  wrong = sample();
  wrong.id = "\xff";
  CHECK(mdns->publish(wrong, told.on_status()).error().code == Errc::invalid);

  Watcher watcher(*mdns);
  const Service service = sample();
  const auto publication = publish(*mdns, service, told);
  wrong = service;
  wrong.id = random_uuid();
  CHECK(publication->update(wrong).error().code == Errc::invalid);
  const std::string never = service_name(wrong.id);
  wrong = service;
  wrong.chain_id = "mainnet";
  CHECK(publication->update(wrong).error().code == Errc::invalid);
  run_until(link->io,
            [&] { return watcher.sees(service_name(service.id), service); });
  CHECK(!watcher.sees(never));
}

TEST_CASE("each status that is told is a change, the last the present one",
          "[mdns][contract]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Told told;
  const auto publication = publish(*mdns, sample(), told);
  std::vector<Status> all{publication->status()};
  CHECK(publication->status().state == State::connecting);
  run_until(link->io, [&] { return told.is(State::published); });
  all.insert(all.end(), told.all.begin(), told.all.end());
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
  CHECK(all.back() == publication->status());
}

TEST_CASE("callbacks may be missing", "[mdns][contract]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  const auto blind = mdns->browse(nullptr, nullptr);
  const auto publication = mdns->publish(sample(), nullptr);
  REQUIRE(publication);
  run_until(link->io,
            [&] { return (*publication)->status().state == State::published; });
}

TEST_CASE("no callback comes from inside a call", "[mdns][contract]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  bool inside = false;
  int told = 0, told_inside = 0;
  const auto count = [&] {
    ++told;
    if (inside) ++told_inside;
  };
  const auto call = [&](auto action) {
    inside = true;
    auto result = action();
    inside = false;
    return result;
  };
  auto browser = call([&] {
    return mdns->browse([&](const Sighting&) { count(); },
                        [&](const Status&) { count(); });
  });
  Service service = sample();
  auto publication = call(
      [&] { return mdns->publish(service, [&](const Status&) { count(); }); });
  REQUIRE(publication);
  run_until(link->io,
            [&] { return (*publication)->status().state == State::published; });
  service.chain_id = "0x1";
  CHECK(call([&] { return (*publication)->update(service); }));
  link->stop();
  run_until(link->io, [&] {
    return (*publication)->status().state == State::unavailable;
  });
  call([&] {
    publication->reset();
    browser.reset();
    return true;
  });
  CHECK(told > 0);
  CHECK(told_inside == 0);
}

TEST_CASE("a callback may destroy what called it", "[mdns][contract]") {
  const auto link = make_link();
  auto mdns = link->make_mdns();
  Told told;
  const auto publication = published(*link, *mdns, sample(), told);

  SECTION("a publication in each of its statuses") {
    const auto end =
        GENERATE(State::registering, State::published, State::unavailable);
    std::unique_ptr<Publication> mine;
    bool ended = false;
    int after = 0;
    mine = *mdns->publish(sample(), [&](const Status& status) {
      if (ended) ++after;
      if (status.state == State::published && end == State::unavailable)
        link->stop();
      if (status.state != end) return;
      mine.reset();
      ended = true;
    });
    run_until(link->io, [&] { return ended; });
    CHECK(after == 0);
  }
  SECTION("a browser that sees, and its connection") {
    auto other = link->make_mdns();
    std::unique_ptr<Browser> mine;
    int told_sightings = 0;
    mine = other->browse(
        [&](const Sighting&) {
          ++told_sightings;
          mine.reset();
          other.reset();
        },
        nullptr);
    run_until(link->io, [&] { return told_sightings > 0; });
    Watcher watcher(*mdns);
    run_until(link->io, [&] { return watcher.settled > 0; });
    CHECK(told_sightings == 1);
  }
  SECTION("a browser whose status changes") {
    std::unique_ptr<Browser> mine;
    bool ended = false;
    mine = mdns->browse(nullptr, [&](const Status&) {
      mine.reset();
      ended = true;
    });
    run_until(link->io, [&] { return ended; });
  }
}

TEST_CASE("who is gone is told nothing", "[mdns][contract]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  int told = 0;
  auto publication = mdns->publish(sample(), [&](const Status&) { ++told; });
  REQUIRE(publication);
  auto browser = mdns->browse([&](const Sighting&) { ++told; },
                              [&](const Status&) { ++told; });
  publication->reset();
  browser.reset();
  Told other;
  const auto still = published(*link, *mdns, sample(), other);
  CHECK(told == 0);
}

TEST_CASE("a daemon that comes back has everything again", "[mdns][contract]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Watcher watcher(*mdns);
  Told told;
  const Service service = sample();
  const auto publication = published(*link, *mdns, service, told);
  const std::string name = publication->status().name;
  run_until(link->io, [&] { return watcher.sees(name); });

  link->stop();
  run_until(link->io, [&] { return told.is(State::unavailable); });
  CHECK(!publication->status().reason.empty());
  run_until(link->io, [&] {
    return watcher.browser->status().state == State::unavailable;
  });

  link->start();
  run_until(link->io, [&] {
    return told.is(State::published) && watcher.sees(name, service) &&
           watcher.status.is(State::published);
  });
  CHECK(publication->status() == Status{State::published, name, {}});
  CHECK(std::count(watcher.lost.begin(), watcher.lost.end(), name) == 1);
}

TEST_CASE("what begins without a daemon is there once it runs",
          "[mdns][contract]") {
  const auto link = make_link();
  link->stop();
  const auto mdns = link->make_mdns();
  Watcher watcher(*mdns);
  Told told;
  Service service = sample();
  const auto publication = publish(*mdns, service, told);
  run_until(link->io, [&] {
    return told.is(State::unavailable) && watcher.status.is(State::unavailable);
  });
  CHECK(watcher.settled == 0);
  service.chain_id = "0x1";
  REQUIRE(publication->update(service));
  CHECK(told.is(State::unavailable));
  link->start();
  run_until(link->io, [&] {
    return watcher.sees(service_name(service.id), service) &&
           watcher.settled > 0;
  });
}
