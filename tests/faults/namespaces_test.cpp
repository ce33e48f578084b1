// One registry directory, seen from two pid and mount namespaces, in the second
// under a path of its own.
#include "tests/support/namespaces.h"

#include <fcntl.h>
#include <sys/mount.h>

#include "tests/faults/support/figure.h"
#include "tests/faults/support/forked_owner.h"
#include "tests/faults/support/watching.h"
#include "tests/support/catch.h"
#include "tests/support/times.h"

using namespace berth;
using namespace std::chrono_literals;
using Clock = test::Times::Clock;

namespace {

struct World {
  test::TempDir home;
  std::filesystem::path here = home / "run";
  std::filesystem::path there = home / "elsewhere/run";

  World() {
    std::filesystem::create_directory(here);
    std::filesystem::create_directories(there);
    for (const auto& path : {here, there}) ::chmod(path.c_str(), 0700);
  }

  [[nodiscard]] pid_t fork_there() const {
    const pid_t pid = test::fork_apart();
    if (pid == 0 &&
        ::mount(here.c_str(), there.c_str(), nullptr, MS_BIND, nullptr) != 0)
      ::_exit(1);
    return pid;
  }
};

bool can_run() {
  const bool can = test::can_fork_apart();
  if (!can) WARN("skipped: this system makes no namespaces");
  return can;
}

}  // namespace

TEST_CASE("an owner in another namespace is alive here until it is killed",
          "[namespace]") {
  if (!can_run()) return;
  World world;
  test::Watching watching(world.here);
  const auto record = test::sample_record("alice");
  const int rounds = test::rounds(50, 1000);
  test::Times times;
  for (int i = 0; i < rounds; ++i) {
    const test::ForkedOwner alice(world.there, {"alice"},
                                  [&] { return world.fork_there(); });
    REQUIRE(watching.all_alive({"alice"}));
    const auto second =
        registry::PublishedFile::publish(world.here, record, 100ms);
    REQUIRE(!second);
    REQUIRE(second.error().code == Errc::already_running);
    const auto killed = Clock::now();
    alice.kill();
    Clock::time_point told;
    REQUIRE(watching.all_dead({"alice"}, told));
    times.add(told - killed);
  }
  test::figure("kill -9 in another namespace until a watcher is told",
               std::to_string(rounds) + " kills, 0 missed; " + times.text());
}

TEST_CASE("a watcher in another namespace learns of deaths here",
          "[namespace]") {
  if (!can_run()) return;
  World world;
  int told[2];
  REQUIRE(::pipe2(told, O_CLOEXEC) == 0);
  const pid_t watcher = world.fork_there();
  if (watcher == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    test::Watching watching(world.there);
    for (Clock::time_point when;;) {
      (void)!::write(told[1], watching.all_alive({"alice"}) ? "a" : "-", 1);
      (void)!::write(told[1], watching.all_dead({"alice"}, when) ? "d" : "-",
                     1);
    }
  }
  const auto next = [&] {
    char byte = 0;
    return ::read(told[0], &byte, 1) == 1 ? byte : '-';
  };
  const int rounds = test::rounds(50, 1000);
  test::Times times;
  int missed = 0;
  for (int i = 0; i < rounds; ++i) {
    const test::ForkedOwner alice(world.here, {"alice"});
    if (next() != 'a') ++missed;
    const auto killed = Clock::now();
    alice.kill();
    if (next() != 'd') ++missed;
    times.add(Clock::now() - killed);
  }
  ::kill(watcher, SIGKILL);
  ::waitpid(watcher, nullptr, 0);
  for (const int end : told) ::close(end);
  CHECK(missed == 0);
  test::figure("the same, the watcher there and the owner here",
               std::to_string(rounds) + " kills, " + std::to_string(missed) +
                   " missed; " + times.text());
}
