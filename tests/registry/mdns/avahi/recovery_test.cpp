// The Avahi backend where something goes wrong in the middle of something.
#include <cstdio>

#include "tests/registry/mdns/avahi/support/avahi.h"

using namespace berth;
using namespace berth::mdns;
using namespace berth::test;
using namespace std::chrono_literals;
using State = Status::State;

namespace {

// What the daemons do is waiting for us afterwards.
void while_we_stand_still(const std::string& what) { shell(what); }

const std::string kPublish = "avahi-publish --service ";
const std::string kQuietly = " _berth._tcp 4711 >/dev/null 2>&1 & ";

// Or 3 s long: what the daemon waits for from us does not come meanwhile.
std::string until_there_are(int count) {
  return "timeout 3 bash -c 'until avahi-browse -pt _berth._tcp | wc -l | "
         "grep -qx " +
         std::to_string(count) + "; do :; done' || true";
}

}  // namespace

TEST_CASE("the bus dies with names in its socket that have come", "[avahi]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Watcher watcher(*mdns);
  run_until(link->io, [&] { return watcher.settled == 1; });
  while_we_stand_still(kPublish + "one" + kQuietly + kPublish + "two" +
                       kQuietly + until_there_are(2));
  kill_bus();
  run_until(link->io, [&] { return watcher.status.is(State::unavailable); });
  start_both();
  run_until(link->io, [&] { return watcher.settled == 2; });
}

TEST_CASE("the bus dies with names in its socket that have gone", "[avahi]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Watcher watcher(*mdns);
  std::vector<Told> told(2);
  auto other = link->make_mdns();
  auto one = publish(*other, sample(), told[0]);
  auto two = publish(*other, sample(), told[1]);
  run_until(link->io, [&] { return watcher.present.size() == 2; });
  one.reset();
  two.reset();
  // A goodbye takes a second (RFC 6762 section 10.1).
  while_we_stand_still(until_there_are(0));
  kill_bus();
  run_until(link->io, [&] { return watcher.status.is(State::unavailable); });
  CHECK(watcher.present.empty());
  start_both();
  run_until(link->io, [&] { return watcher.settled == 2; });
}

TEST_CASE("one that joins while another waits to try again changes nothing",
          "[avahi]") {
  const auto link = make_link();
  const auto other = link->make_mdns();
  Watcher witness(*other);
  run_until(link->io, [&] { return witness.settled == 1; });
  const std::string real = std::getenv("DBUS_SYSTEM_BUS_ADDRESS");
  ::setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere", 1);
  const auto mdns = link->make_mdns();
  Told told;
  const Service service = sample();
  const auto publication = publish(*mdns, service, told);
  run_for(link->io, 1s);
  ::setenv("DBUS_SYSTEM_BUS_ADDRESS", real.c_str(), 1);
  const Watcher late(*mdns);
  run_until(link->io, [&] {
    return told.is(State::published) && witness.sees(service_name(service.id));
  });
  run_for(link->io, 3s);
  CHECK(told.is(State::published));
  CHECK(witness.lost.empty());
}

TEST_CASE("an update as the daemon says that it has what was before",
          "[avahi]") {
  const auto link = make_link();
  const auto other = link->make_mdns();
  Watcher witness(*other);
  const auto mdns = link->make_mdns();
  Told told;
  Service service = sample();
  const auto publication = publish(*mdns, service, told);
  run_until(link->io, [&] { return told.is(State::registering); });
  run_for(link->io, 300ms);  // it is being registered
  while_we_stand_still(until_there_are(1));
  service.chain_id = "0x2";
  REQUIRE(publication->update(service));
  link->io.restart();
  link->io.poll_one();
  service.chain_id = "0x3";
  REQUIRE(publication->update(service));
  run_until(link->io, [&] {
    return told.is(State::published) &&
           witness.sees(service_name(service.id), service);
  });
}

TEST_CASE("a name that turns out to be another's is given up", "[avahi]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Told told;
  const Service service = sample();
  const auto publication = publish(*mdns, service, told);
  run_until(link->io, [&] { return told.is(State::published); });
  const auto conflict = "python3 " BERTH_SOURCE_DIR
                        "/tests/registry/mdns/avahi/conflict.py " +
                        service_name(service.id);
  FILE* host = ::popen(conflict.c_str(), "we");
  run_until(link->io, [&] { return told.is(State::registering); });
  run_until(link->io, [&] { return told.is(State::published); });
  ::pclose(host);
  CHECK(publication->status().name == service_name(service.id, 2));
}

TEST_CASE("what is destroyed at once is freed by the daemon", "[avahi]") {
  const Configured few("server", "objects-per-client-max=4");
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Told first;
  const auto keep = publish(*mdns, sample(), first);
  run_until(link->io, [&] { return first.is(State::published); });
  for (int i = 0; i < 10; ++i) {
    Told unheard;
    auto publication = publish(*mdns, sample(), unheard);
    const Watcher watcher(*mdns);
    publication.reset();
    run_for(link->io, 20ms);
  }
  Told told;
  const auto last = publish(*mdns, sample(), told);
  run_until(link->io, [&] { return told.is(State::published); });
  CHECK_FALSE(told.has(State::unavailable));
}

TEST_CASE("names that come and go leave nothing in the daemon", "[avahi]") {
  const Configured few("server", "objects-per-client-max=3");
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  const auto other = link->make_mdns();
  Watcher watcher(*mdns);
  for (int i = 0; i < 4; ++i) {
    Told told;
    const Service service = sample();
    const auto publication = publish(*other, service, told);
    const auto name = service_name(service.id);
    run_until(link->io, [&] { return watcher.sees(name); });
    CHECK(watcher.present[name].problem == "");
  }
}

TEST_CASE("a browser that is refused asks again at its leisure", "[avahi]") {
  const Configured few("server", "objects-per-client-max=1");
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Told told;
  auto publication = publish(*mdns, sample(), told);
  run_until(link->io, [&] { return told.is(State::published); });
  const auto before = told.all.size();
  Watcher watcher(*mdns);
  run_for(link->io, 3s);
  CHECK(watcher.status.is(State::unavailable));
  // 250, 500, 1000, 2000 ms, less the jitter, and two statuses each.
  CHECK(watcher.status.all.size() <= 12);
  CHECK(told.all.size() == before);
  publication.reset();
  run_until(link->io, [&] { return watcher.status.is(State::published); });
}

TEST_CASE("a publication that waits to try again waits for the daemon too",
          "[avahi]") {
  const Configured few("server", "objects-per-client-max=1");
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Told first;
  const auto holder = publish(*mdns, sample(), first);
  run_until(link->io, [&] { return first.is(State::published); });
  Told told;
  const auto publication = publish(*mdns, sample(), told);
  run_until(link->io, [&] { return told.is(State::unavailable); });
  CHECK(told.all.back().reason == "avahi-daemon: Too many objects");
  stop_avahi();
  run_for(link->io, 2s);
  CHECK(told.all.back().reason == "avahi-daemon is not running");
  start_avahi();
}

TEST_CASE("two hundred are all seen, with what is in them", "[avahi]") {
  const auto link = make_link();
  const auto other = link->make_mdns();
  std::vector<Told> told(200);
  std::vector<std::unique_ptr<Publication>> publications;
  for (auto& one : told) publications.push_back(publish(*other, sample(), one));
  run_until(link->io, [&] {
    return std::all_of(told.begin(), told.end(), [](const auto& one) {
      return one.is(State::published);
    });
  });
  const auto mdns = link->make_mdns();
  Watcher watcher(*mdns);
  run_until(link->io, [&] { return watcher.present.size() == 200; });
  for (const auto& [name, seen] : watcher.present) CHECK(seen.problem == "");
}

TEST_CASE("row 42: of a flood of records so many are followed", "[avahi]") {
  const auto link = make_link();
  const auto other = link->make_mdns();
  std::vector<Told> told(520);
  std::vector<std::unique_ptr<Publication>> publications;
  for (auto& one : told) publications.push_back(publish(*other, sample(), one));
  run_until(link->io, [&] {
    return std::all_of(told.begin(), told.end(), [](const auto& one) {
      return one.is(State::published);
    });
  });
  const auto mdns = link->make_mdns();
  Watcher watcher(*mdns);
  run_until(link->io, [&] { return watcher.settled > 0; });
  CHECK(watcher.present.size() == 500);
}
