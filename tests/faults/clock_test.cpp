// Wall clocks that are ten years off, and that step, change nobody's life and
// no timer.
#include <filesystem>
#include <thread>

#include "registry/record_reader.h"
#include "tests/faults/support/figure.h"
#include "tests/faults/support/wall_clock.h"
#include "tests/registry/support/owner_process.h"
#include "tests/support/catch.h"
#include "tests/support/times.h"

using namespace berth;
using namespace berth::registry;
using namespace std::chrono_literals;
using test::OwnerProcess;
using Clock = test::Times::Clock;
using Words = OwnerProcess::Words;

namespace {

const char* const kReady = "ready";
// EMFILE: so that it lives by its timers alone.
const Words kWithoutNotices{"--fail", "inotify_init1=24"};

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// A run on the machine's own clock, beside processes that have others.
struct World {
  test::TempDir home;
  std::string run = home / "run";
  test::WallClock ahead{"+10y"};
  test::WallClock behind{"-10y"};

  Liveness alice() const { return read_record(run, "alice").value().liveness; }
};

bool can_run() {
  const bool can = !test::WallClock::library().empty();
  if (!can) WARN("skipped: no libfaketime here");
  return can;
}

int year_of(OwnerProcess& process) {
  return std::stoi(process.ask("time").substr(0, 4));
}

// What a watcher says next of others than alice.
std::string next_of_others(OwnerProcess& watcher) {
  for (;;)
    if (auto line = watcher.line(); !line.ends_with(" alice")) return line;
}

// One owner's life ten years ahead, seen from ten years ago and from now.
void live_and_die(const World& world, OwnerProcess& watcher) {
  OwnerProcess alice({world.run, "alice"}, world.ahead.environment());
  REQUIRE(alice.line() == kReady);
  CHECK(watcher.line() == "added alice");
  CHECK(year_of(alice) - year_of(watcher) >= 19);
  CHECK(world.alice() == Liveness::alive);
  OwnerProcess second({world.run, "alice"}, world.behind.environment());
  CHECK_THAT(second.line(), Catch::Contains("already running: alice"));
  CHECK(alice.ask("change still here") == "done");
  CHECK(watcher.line() == "changed alice");
  alice.kill_hard();
  CHECK(world.alice() == Liveness::dead);
  CHECK(watcher.line() == "crashed alice");
  OwnerProcess next({world.run, "alice"}, world.behind.environment());
  REQUIRE(next.line() == kReady);
  CHECK(world.alice() == Liveness::alive);
  CHECK(watcher.line() == "changed alice");
  next.finish();
  CHECK(watcher.line() == "removed alice");
}

}  // namespace

TEST_CASE("clocks that are twenty years apart change nobody's life",
          "[clock]") {
  if (!can_run()) return;
  const World world;
  OwnerProcess watcher({world.run, "--watch"}, world.behind.environment());
  REQUIRE(watcher.line() == kReady);
  const int lives = test::rounds(5, 300);
  for (int i = 0; i < lives; ++i) live_and_die(world, watcher);
  test::figure("owner 10 years ahead, contenders and watcher 10 years behind",
               std::to_string(lives) +
                   " lives: alive, refused, dead and taken over as ever");
}

TEST_CASE("a clock that steps every 10 ms changes nothing", "[clock]") {
  if (!can_run()) return;
  const World world;
  OwnerProcess alice({world.run, "alice"}, world.ahead.environment());
  REQUIRE(alice.line() == kReady);
  std::jthread stepping([&](const std::stop_token& stop) {
    for (int i = 0; !stop.stop_requested(); ++i) {
      world.ahead.set(i % 2 == 0 ? "-10y" : "+10y");
      std::this_thread::sleep_for(10ms);
    }
  });
  const int changes = test::rounds(200, 1000);
  for (int i = 0; i < changes; ++i) {
    REQUIRE(alice.ask("change " + std::to_string(i)) == "done");
    REQUIRE(world.alice() == Liveness::alive);
  }
  test::figure("clock stepping 20 years every 10 ms",
               std::to_string(changes) + " changes: all alive, all done");
}

TEST_CASE("no timer waits for a clock that was set back", "[clock]") {
  if (!can_run()) return;
  const World world;
  const auto& clock = world.ahead;
  OwnerProcess watcher(kWithoutNotices + Words{world.run, "--watch"},
                       clock.environment());
  REQUIRE(watcher.line() == kReady);
  REQUIRE(watcher.line() == "rescanning ");
  OwnerProcess alice(kWithoutNotices + Words{world.run, "alice"},
                     clock.environment());
  REQUIRE(alice.line() == kReady);
  REQUIRE(watcher.line() == "added alice");
  const int steps = test::rounds(3, 100);
  test::Times healed, told;
  for (int i = 0; i < steps; ++i) {
    clock.set(i % 2 == 0 ? "-10y" : "+10y");
    const auto start = Clock::now();
    std::filesystem::remove(world.run + "/alice.json");
    REQUIRE(alice.line() == "healed");
    healed.add(Clock::now() - start);
    const auto born = Clock::now();
    OwnerProcess bob(world.run, "bob");
    REQUIRE(next_of_others(watcher) == "added bob");
    told.add(Clock::now() - born);
    bob.finish();
    REQUIRE(next_of_others(watcher) == "removed bob");
  }
  test::figure("clock set 20 years back or ahead, no inotify",
               std::to_string(steps) + " steps: healed after " + healed.text() +
                   "; a watcher was told after " + told.text());
}
