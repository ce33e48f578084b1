// What a reader sees of owners that are killed, and of those that are not.
#include <thread>

#include "registry/record_reader.h"
#include "tests/faults/support/figure.h"
#include "tests/faults/support/forked_owner.h"
#include "tests/support/catch.h"
#include "tests/support/times.h"

using namespace berth;
using namespace berth::registry;
using namespace std::chrono_literals;
using Clock = test::Times::Clock;

namespace {

bool reads_as(const std::vector<Entry>& entries, const std::string& name,
              Liveness liveness) {
  return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
    return entry.name == name && entry.liveness == liveness;
  });
}

struct Seen {
  int looks = 0;
  int late = 0;     // alive 10 ms after the kill: the kernel was not done
  int ghosts = 0;   // alive though the process was gone
  int missing = 0;  // not alive though the process runs
  test::Times dead_after;
};

// Looks at alice, who is killed, and bob, who lives, until alice is dead.
void watch_die(const std::filesystem::path& directory,
               const test::ForkedOwner& alice, Seen& seen) {
  const auto killed = Clock::now();
  alice.kill();
  for (bool late = false;; ++seen.looks) {
    const bool gone = alice.is_gone();
    const auto began = Clock::now() - killed;
    const auto entries = read_records(directory).value();
    if (!reads_as(entries, "bob", Liveness::alive)) ++seen.missing;
    if (reads_as(entries, "alice", Liveness::dead)) break;
    if (gone) {
      ++seen.ghosts;
      return;
    }
    if (began > 10ms && !std::exchange(late, true)) ++seen.late;
    std::this_thread::sleep_for(50us);
  }
  seen.dead_after.add(Clock::now() - killed);
}

}  // namespace

TEST_CASE("a killed owner is no ghost and hides no living one", "[kill]") {
  test::TempDir home;
  const test::ForkedOwner bob(home / "run", {"bob"});
  const int kills = test::rounds(100, 10'000);
  Seen seen;
  for (int i = 0; i < kills; ++i)
    watch_die(home / "run", test::ForkedOwner(home / "run", {"alice"}), seen);
  CHECK(seen.ghosts == 0);
  CHECK(seen.missing == 0);
  test::figure(
      "list after kill -9",
      std::to_string(kills) + " kills, " + std::to_string(seen.looks + kills) +
          " looks: " + std::to_string(seen.ghosts) + " ghosts, " +
          std::to_string(seen.missing) + " living ones missing; dead " +
          seen.dead_after.text() + " after the kill, " +
          std::to_string(seen.late) + " over 10 ms");
}
