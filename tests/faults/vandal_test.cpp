// A vandal in the directory of the registry: whatever it does to the records,
// each name has one owner, the one it had, and its record is soon back.
// BERTH_FAULTS_SEED repeats a run.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <random>
#include <thread>

#include "registry/lock_file.h"
#include "registry/record_publisher.h"
#include "tests/faults/support/figure.h"
#include "tests/registry/support/owner_process.h"
#include "tests/registry/support/records.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::registry;
using namespace std::chrono_literals;
using berth::test::OwnerProcess;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kNames{"alice", "bob", "carol", "dave"};

unsigned seed() {
  const char* given = std::getenv("BERTH_FAULTS_SEED");
  return given ? static_cast<unsigned>(std::atol(given)) : 1;
}

class Town {
 public:
  Town() {
    for (std::size_t i = 0; i < kNames.size(); ++i) move_in(i);
  }

  void move_in(std::size_t i) {
    owners_[i] = std::make_unique<OwnerProcess>(run(), kNames[i], port(i));
  }
  static int port(std::size_t i) { return 9001 + static_cast<int>(i); }
  [[nodiscard]] fs::path run() const { return home_ / "run"; }
  [[nodiscard]] fs::path file(std::size_t i) const {
    return run() / (kNames[i] + ".json");
  }
  OwnerProcess& owner(std::size_t i) { return *owners_[i]; }

  // Whether every name leads to its owner's record.
  [[nodiscard]] bool is_whole() const {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      const auto entry = read_record(run(), kNames[i]);
      if (!entry || entry->liveness != Liveness::alive || !entry->record ||
          entry->record->endpoint.port != port(i))
        return false;
    }
    return true;
  }

  [[nodiscard]] std::string describe() const {
    std::string text;
    for (const auto& entry : read_records(run()).value())
      text += entry.name + " " + to_string(entry.liveness) + " " +
              entry.problem + "; ";
    return text;
  }

  // Files under an owner's lock, by whatever name: one for each owner.
  [[nodiscard]] int locked_files() const {
    int count = 0;
    for (const auto& name : test::files_in(run())) {
      const UniqueFd fd(::open((run() / name).c_str(),
                               O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
      const auto locked = is_locked(fd.get(), kOwnerByte, name);
      if (locked && *locked) ++count;
    }
    return count;
  }

  // How many owners gave up since the last time.
  int gave_up() {
    int lost = 0;
    for (auto& owner : owners_)
      for (const auto& said : owner->lines_so_far())
        if (said != "healed" && said != "failing") ++lost;
    return lost;
  }

 private:
  test::TempDir home_;
  std::array<std::unique_ptr<OwnerProcess>, 4> owners_;
};

class Vandal {
 public:
  explicit Vandal(Town& town) : town_(town) {}

  std::size_t pick(std::size_t count) { return random_() % count; }

  // True: something may be in the way now that no owner may replace.
  bool act() {
    const auto victim = town_.file(pick(kNames.size()));
    const auto other = town_.file(pick(kNames.size()));
    const auto fresh = town_.run() / ("stray" + std::to_string(pick(20)));
    if (pick(12) != 0) return spoil(victim, other, fresh);
    std::error_code ignored;
    if (pick(4) == 0)
      fs::remove_all(town_.run(), ignored);
    else
      obstruct(victim, other, fresh);
    return true;
  }

  // Takes away strays, which may be second links, and what nobody may judge.
  void clear() {
    if (!fs::exists(town_.run())) return;
    for (const auto& name : test::files_in(town_.run()))
      if (name.starts_with("stray")) fs::remove(town_.run() / name);
    for (const auto& entry : read_records(town_.run()).value())
      if (entry.liveness == Liveness::unknown)
        fs::remove_all(town_.run() / (entry.name + ".json"));
  }

 private:
  void obstruct(const fs::path& victim, const fs::path& other,
                const fs::path& fresh) {
    std::error_code ignored;  // the owner may be back already
    fs::remove(victim, ignored);
    switch (pick(3)) {
      case 0:
        fs::create_directory(victim, ignored);
        break;
      case 1:
        ::mkfifo(victim.c_str(), 0600);
        break;
      case 2:
        fs::create_symlink(pick(2) ? other : fresh, victim, ignored);
        break;
    }
  }

  // True: a file has two names now, and is nobody's to judge.
  bool spoil(const fs::path& victim, const fs::path& other,
             const fs::path& fresh) {
    std::error_code ignored;  // the file may be gone already
    switch (pick(9)) {
      case 0:
        fs::remove(victim, ignored);
        break;
      case 1:
        fs::rename(victim, fresh, ignored);
        break;
      case 2:
        fs::rename(victim, other, ignored);
        break;
      case 3:
        ::chmod(victim.c_str(), static_cast<mode_t>(pick(0700)));
        break;
      case 4:
        fs::resize_file(victim, pick(600), ignored);
        break;
      case 5:
        fs::create_hard_link(victim, fresh, ignored);
        return true;
      case 6:
        fs::remove(other, ignored);
        fs::create_hard_link(victim, other, ignored);
        return true;
      case 7:
        // Who writes to a FIFO waits for a reader, and may lose it.
        if (fs::is_regular_file(fs::symlink_status(victim, ignored)))
          test::write_text(victim, "spoiled");
        break;
      case 8:
        (void)::syscall(SYS_renameat2, AT_FDCWD, victim.c_str(), AT_FDCWD,
                        other.c_str(), RENAME_EXCHANGE);
        break;
    }
    return false;
  }

  Town& town_;
  std::mt19937 random_{seed()};
};

// How long until all is whole again; ten seconds: never.
Clock::duration healed_after(const Town& town) {
  const auto start = Clock::now();
  while (!town.is_whole() && Clock::now() - start < 10s)
    std::this_thread::sleep_for(200us);
  return Clock::now() - start;
}

std::string in_ms(Clock::duration time) {
  return std::to_string(time / 1ms) + "ms";
}

}  // namespace

TEST_CASE("what a vandal does to records is healed and takes no name away",
          "[vandal]") {
  Town town;
  Vandal vandal(town);
  const int acts = test::rounds(200, 10'000);
  Clock::duration slowest{};
  Clock::duration slowest_obstructed{};
  int doubled = 0;
  int died = 0;
  for (int done = 0; done < acts;) {
    // A few in a row, without waiting for what was done to be healed; then one
    // owner's file, opened to others, may stand in for another's.
    const auto burst = 1 + vandal.pick(3);
    bool obstructed = burst > 1;
    for (std::size_t i = 0; i < burst; ++i, ++done)
      obstructed = vandal.act() || obstructed;
    if (obstructed) vandal.clear();
    const auto took = healed_after(town);
    CAPTURE(seed(), done, town.describe());
    REQUIRE(took < 3s);
    auto& worst = obstructed ? slowest_obstructed : slowest;
    worst = std::max(worst, took);
    vandal.clear();
    const int locked = town.locked_files();
    CHECK(locked == 4);
    if (locked != 4) ++doubled;
    const int gave_up = town.gave_up();
    CHECK(gave_up == 0);
    died += gave_up;
  }
  test::figure(
      "vandal, 4 owners, seed " + std::to_string(seed()),
      "acts=" + std::to_string(acts) + " doubled=" + std::to_string(doubled) +
          " died=" + std::to_string(died) +
          " healed: slowest=" + in_ms(slowest) +
          ", once what stood in the way was gone=" + in_ms(slowest_obstructed));
}
