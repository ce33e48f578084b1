// Another process does the same work before each system call of each operation
// of the registry: whatever falls between, one owns the name and all agree who.
#include <optional>

#include "tests/faults/support/figure.h"
#include "tests/faults/support/operations.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace std::chrono_literals;
using berth::test::Operation;
using berth::test::StoppedProcess;
using berth::test::SystemCall;
using berth::test::TempDir;
using registry::PublishedFile;

namespace {

constexpr std::uint16_t kRivalPort = 9004;
const std::string kRival = "alive 9004";

struct Tally {
  int races = 0;
  int won = 0;      // by the rival
  int doubled = 0;  // both own it
};

bool owns(const Operation& operation) {
  return operation.to.starts_with("alive");
}

// A rival that publishes before call `at`. Where the other buries the dead
// record just then, it waits in vain, because that one is stopped.
void race(std::size_t index, int at, Tally& tally) {
  const TempDir home;
  const auto operation = test::all_operations(home.path())[index];
  operation.before();
  StoppedProcess process(operation.prepare);
  std::optional<Result<PublishedFile>> rival;
  const auto ended = process.run([&](const SystemCall& call) {
    if (call.index == at)
      rival = PublishedFile::publish(
          home.path(), test::sample_record("alice", kRivalPort), 5ms);
    return test::kGoOn;
  });
  REQUIRE(rival);
  CAPTURE(operation.name, at, ended.result, *rival);
  const bool rival_owns = rival->has_value();
  const bool other_owns = owns(operation) && ended.result;
  ++tally.races;
  if (rival_owns) ++tally.won;
  if (rival_owns && other_owns) ++tally.doubled;
  CHECK(!(rival_owns && other_owns));
  CHECK(operation.state() == (rival_owns     ? kRival
                              : ended.result ? operation.to
                                             : operation.failed));
  if (!rival_owns)
    CHECK((rival->error().code == Errc::already_running ||
           rival->error().code == Errc::timed_out));
  if (!ended.result) CHECK(ended.result.error().code == Errc::already_running);
  CHECK((rival_owns || ended.result));
}

// A sweeper before call `at` costs another try at worst.
void sweep(std::size_t index, int at, Tally& tally) {
  const TempDir home;
  const auto operation = test::all_operations(home.path())[index];
  operation.before();
  StoppedProcess process(operation.prepare);
  const auto ended = process.run([&](const SystemCall& call) {
    if (call.index == at) CHECK(registry::remove_leftovers(home.path()));
    return test::kGoOn;
  });
  CAPTURE(operation.name, at, ended.result);
  CHECK(ended.result);
  CHECK(operation.state() == operation.to);
  ++tally.races;
}

}  // namespace

TEST_CASE("whoever publishes between two system calls there is one owner",
          "[race]") {
  Tally tally;
  const bool allowed = test::for_each_call(
      [&](std::size_t index, int at, const test::Rehearsal&) {
        if (index >= test::kOnRecord) return;
        race(index, at, tally);
        sweep(index, at, tally);
      });
  if (!allowed) {
    WARN("skipped: no system call can be stopped here");
    return;
  }
  test::figure("a rival or a sweeper at every system call",
               "races=" + std::to_string(tally.races) +
                   " won by the rival=" + std::to_string(tally.won) +
                   " two owners=" + std::to_string(tally.doubled));
}
