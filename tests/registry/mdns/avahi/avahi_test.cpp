// The Avahi backend with daemons that hang, refuse, lie, or come late. What
// every backend promises is in contract_test.cpp.
#include "tests/registry/mdns/avahi/support/avahi.h"

#include <algorithm>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "tests/support/catch.h"
#include "tests/support/io.h"
#include "tests/support/temp_dir.h"

using namespace berth;
using namespace berth::mdns;
using namespace std::chrono_literals;
using namespace berth::test;
using State = Status::State;

namespace {

// Runs `io` for 100 ticks of a millisecond: where something in it blocks, that
// takes longer.
Timers::Clock::duration hundred_ticks(asio::io_context& io) {
  AsioTimers timers(io.get_executor());
  const auto begin = timers.now();
  int ticks = 0;
  Alarm next;
  std::function<void()> tick = [&] {
    if (++ticks < 100) next = timers.after(1ms, tick);
  };
  tick();
  run_until(io, [&] { return ticks == 100; });
  return timers.now() - begin;
}

// A call of libavahi-client or libdbus would block for 25 s.
constexpr auto kNoBlock = 5s;

}  // namespace

TEST_CASE("a daemon that hangs holds nothing up, and is found when it goes on",
          "[avahi]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Told told;
  std::unique_ptr<Publication> publication;
  {
    const Stopped avahi("avahi");
    publication = publish(*mdns, sample(), told);
    CHECK(hundred_ticks(link->io) < kNoBlock);
    run_until(link->io, [&] { return told.is(State::unavailable); });
    CHECK(told.all.back().reason == "avahi-daemon does not answer");
  }
  run_until(link->io, [&] { return told.is(State::published); });
}

TEST_CASE("a daemon that hangs later holds no update and no end up",
          "[avahi]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Told told;
  Service service = sample();
  auto publication = publish(*mdns, service, told);
  run_until(link->io, [&] { return told.is(State::published); });
  const Stopped avahi("avahi");
  service.chain_id = "0x1";
  REQUIRE(publication->update(service));
  CHECK(hundred_ticks(link->io) < kNoBlock);
  publication.reset();
  CHECK(hundred_ticks(link->io) < kNoBlock);
}

TEST_CASE("a bus that hangs holds nothing up", "[avahi]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Told told;
  std::unique_ptr<Publication> publication;
  {
    const Stopped bus("bus");
    publication = publish(*mdns, sample(), told);
    CHECK(hundred_ticks(link->io) < kNoBlock);
    CHECK(publication->status().state == State::connecting);
  }
  run_until(link->io, [&] { return told.is(State::published); });
}

TEST_CASE("a bus that dies and comes back with its daemon is found again",
          "[avahi]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Told told;
  const auto publication = publish(*mdns, sample(), told);
  run_until(link->io, [&] { return told.is(State::published); });
  kill_bus();
  run_until(link->io, [&] { return told.is(State::unavailable); });
  start_both();
  run_until(link->io, [&] { return told.is(State::published); });
}

TEST_CASE("a host that gets another name keeps its services to be found",
          "[avahi]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Watcher watcher(*mdns);
  Told told;
  const Service service = sample();
  const auto publication = publish(*mdns, service, told);
  const std::string name = service_name(service.id);
  run_until(link->io, [&] { return watcher.sees(name, service); });
  shell("avahi-set-host-name renamed");
  run_until(link->io, [&] { return !watcher.lost.empty(); });
  run_until(link->io, [&] {
    return watcher.sees(name, service) && told.is(State::published);
  });
  CHECK(publication->status().name == name);
}

// Run by the test below, as a process of its own.
TEST_CASE("publishes until its input ends", "[.publisher]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Service service = sample();
  service.id = std::getenv("PUBLISH_ID");
  service.port = static_cast<std::uint16_t>(std::atoi(std::getenv("PORT")));
  Told told;
  const auto publication = publish(*mdns, service, told);
  bool ended = false;
  asio::posix::stream_descriptor input(link->io, ::dup(STDIN_FILENO));
  input.async_wait(asio::posix::stream_descriptor::wait_read,
                   [&](boost::system::error_code) { ended = true; });
  run_until(link->io, [&] { return ended; });
}

TEST_CASE("eight processes that want one name at the same time get eight",
          "[avahi]") {
  const auto link = make_link();
  const Service service = sample();
  const auto self = std::filesystem::read_symlink("/proc/self/exe").string();
  using Process = std::unique_ptr<FILE, decltype(&::pclose)>;
  std::vector<Process> processes;
  // Records that are the same to the byte would be one to the daemon: each has
  // a port of its own.
  for (int i = 0; i < 8; ++i)
    processes.emplace_back(
        ::popen(("PUBLISH_ID=" + service.id +
                 " PORT=" + std::to_string(service.port + i) + " exec " + self +
                 " '[.publisher]' >/dev/null")
                    .c_str(),
                "we"),
        ::pclose);
  const auto mdns = link->make_mdns();
  Watcher watcher(*mdns);
  run_until(link->io, [&] { return watcher.present.size() == 8; });
  std::set<std::uint16_t> ports;
  for (int attempt = 1; attempt <= 8; ++attempt) {
    const auto name = service_name(service.id, attempt);
    REQUIRE(watcher.sees(name));
    ports.insert(watcher.present[name].port);
  }
  CHECK(ports.size() == 8);
}

TEST_CASE("where somebody has taken all names, one is waited for", "[avahi]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Service service = sample();
  std::vector<Told> told(kMaxNameAttempts);
  std::vector<std::unique_ptr<Publication>> holders;
  for (auto& one : told) {
    ++service.port;
    holders.push_back(publish(*mdns, service, one));
  }
  run_until(link->io, [&] {
    return std::all_of(told.begin(), told.end(), [](const auto& one) {
      return one.is(State::published);
    });
  });
  ++service.port;
  Told late;
  const auto publication = publish(*mdns, service, late);
  run_until(link->io, [&] { return late.is(State::unavailable); });
  CHECK(late.all.back().reason == "avahi-daemon: all names are taken");
  holders[2].reset();
  run_until(link->io, [&] { return late.is(State::published); });
  CHECK(publication->status().name == service_name(service.id, 3));
}

TEST_CASE("a bus that hangs up each time is told of once", "[avahi]") {
  const auto link = make_link();
  const TempDir directory;
  const auto path = directory / "bus";
  asio::local::stream_protocol::acceptor bus(link->io, path.string());
  int attempts = 0;
  std::function<void()> hang_up = [&] {
    bus.async_accept([&](boost::system::error_code error, auto client) {
      if (error) return;
      client.close();
      ++attempts;
      hang_up();
    });
  };
  hang_up();
  const std::string real = std::getenv("DBUS_SYSTEM_BUS_ADDRESS");
  ::setenv("DBUS_SYSTEM_BUS_ADDRESS", ("unix:path=" + path.string()).c_str(),
           1);
  const auto mdns = link->make_mdns();
  Told told;
  const auto publication = publish(*mdns, sample(), told);
  run_until(link->io, [&] { return attempts >= 3; });
  CHECK(told.all.size() == 1);
  CHECK(told.is(State::unavailable));
  ::setenv("DBUS_SYSTEM_BUS_ADDRESS", real.c_str(), 1);
  run_until(link->io, [&] { return told.is(State::published); });
}

TEST_CASE("twenty services at once are all seen", "[avahi]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  std::vector<Told> told(20);
  std::vector<std::unique_ptr<Publication>> publications;
  for (auto& one : told) publications.push_back(publish(*mdns, sample(), one));
  Watcher watcher(*mdns);
  run_until(link->io, [&] { return watcher.present.size() == 20; });
}

TEST_CASE("signals of another program on the bus change nothing", "[avahi]") {
  const auto link = make_link();
  const auto mdns = link->make_mdns();
  Watcher watcher(*mdns);
  Told told;
  const Service service = sample();
  const auto publication = publish(*mdns, service, told);
  run_until(link->io, [&] { return watcher.sees(service_name(service.id)); });
  const auto before = told.all.size();
  // AVAHI_SERVER_FAILURE, and that the daemon left the bus.
  shell(
      "dbus-send --system --type=signal / "
      "org.freedesktop.Avahi.Server.StateChanged int32:4 string:''");
  // To all that are on the bus: one of them is this program.
  shell(
      "for name in $(dbus-send --system --print-reply --dest="
      "org.freedesktop.DBus / org.freedesktop.DBus.ListNames | "
      "grep -o ':1\\.[0-9]*'); do dbus-send --system --type=signal "
      "--dest=$name / org.freedesktop.DBus.NameOwnerChanged "
      "string:org.freedesktop.Avahi string::1.1 string:; done");
  // What comes later has overtaken them.
  Told last;
  const auto other = publish(*mdns, sample(), last);
  run_until(link->io, [&] { return last.is(State::published); });
  CHECK(told.all.size() == before);
  CHECK(watcher.lost.empty());
}

TEST_CASE("a daemon that may not publish is left in peace", "[avahi]") {
  const auto link = make_link();
  Configured quiet("publish", "disable-user-service-publishing=yes");
  const auto mdns = link->make_mdns();
  Told told;
  const auto publication = publish(*mdns, sample(), told);
  run_until(link->io, [&] { return told.is(State::denied); });
  CHECK(told.all.back().reason != "");
  quiet.end();
  run_until(link->io, [&] { return told.is(State::published); });
}
