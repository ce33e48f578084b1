// SIGKILL at each system call of each operation of the registry.
#include <algorithm>
#include <chrono>

#include "tests/faults/support/figure.h"
#include "tests/faults/support/operations.h"
#include "tests/support/catch.h"

using namespace berth;
using berth::test::Rehearsal;
using berth::test::StoppedProcess;
using berth::test::SystemCall;
using berth::test::TempDir;

namespace {

using Clock = std::chrono::steady_clock;

struct Tally {
  int kills = 0;
  int wrong = 0;  // half, falsely alive, or not the record it should be
  Clock::duration slowest{};
};

void kill_at(std::size_t index, int at, const Rehearsal& rehearsal,
             Tally& tally) {
  const TempDir home;
  const auto operation = test::all_operations(home.path())[index];
  operation.before();
  StoppedProcess process(operation.prepare);
  int number = 0;
  const auto ended = process.run([&](const SystemCall& call) {
    number = call.number;
    return call.index == at ? test::kKill : test::kGoOn;
  });
  CAPTURE(operation.name, at, number);
  CHECK(ended.killed);
  const auto left = at > rehearsal.decided_at ? operation.to : operation.from;
  const auto seen = operation.state();
  CHECK(seen == test::dead(left));
  const auto start = Clock::now();
  CHECK(operation.next());
  tally.slowest = std::max(tally.slowest, Clock::now() - start);
  ++tally.kills;
  if (seen != test::dead(left)) ++tally.wrong;
}

}  // namespace

TEST_CASE("killed at any system call the registry stays whole", "[kill]") {
  Tally tally;
  const bool allowed = test::for_each_call(
      [&](std::size_t index, int at, const Rehearsal& rehearsal) {
        kill_at(index, at, rehearsal, tally);
      });
  if (!allowed) {
    WARN("skipped: no system call can be stopped here");
    return;
  }
  test::figure(
      "SIGKILL at every system call of 9 operations",
      "kills=" + std::to_string(tally.kills) +
          " wrong state=" + std::to_string(tally.wrong) + " slowest next try=" +
          std::to_string(tally.slowest / std::chrono::microseconds(1)) + "us");
}
