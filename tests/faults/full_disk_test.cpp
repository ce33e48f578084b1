// A disk that fills up, page by page and inode by inode: what is written is
// there as a whole or not at all, and what was there stays.
#include <optional>

#include "registry/base/files.h"
#include "registry/profile_state.h"
#include "registry/record_publisher.h"
#include "registry/record_reader.h"
#include "tests/faults/support/figure.h"
#include "tests/registry/support/records.h"
#include "tests/support/catch.h"
#include "tests/support/small_disk.h"

using namespace berth;
using namespace berth::registry;
using namespace std::chrono_literals;
using berth::test::sample_record;
using berth::test::SmallDisk;
using berth::test::TempDir;
namespace fs = std::filesystem;

namespace {

// Seven pages: most disks here have room for a part of it (a short write).
Record large_record(const std::string& name) {
  auto record = sample_record(name);
  record.icon = "data:image/png;base64," + std::string(24'000, 'A');
  return record;
}

std::optional<Record> record_of(const fs::path& run, const std::string& name) {
  auto entry = read_record(run, name);
  return entry && entry->liveness == Liveness::alive ? entry->record
                                                     : std::nullopt;
}

struct Tally {
  int written = 0;
  int refused = 0;
  int wrong = 0;

  // `whole`: what stands there is what it must be, after a success and after a
  // failure.
  template <class T>
  void add(const Result<T>& result, bool whole) {
    CAPTURE(result);
    CHECK(whole);
    ++(result ? written : refused);
    if (!whole) ++wrong;
    if (!result) CHECK(result.error().code == Errc::no_space);
  }
  [[nodiscard]] std::string line() const {
    return "whole=" + std::to_string(written) +
           " refused=" + std::to_string(refused) +
           " wrong=" + std::to_string(wrong);
  }
};

void publish_new(const fs::path& run, Tally& tally) {
  const auto record = large_record("alice");
  const auto file = PublishedFile::publish(run, record, 100ms);
  const auto seen = record_of(run, "alice");
  tally.add(file, file ? seen == record : !fs::exists(run / "alice.json"));
  if (file) fs::remove(run / "alice.json");
}

void change_old(const fs::path& run, PublishedFile& file, Tally& tally) {
  const auto before = record_of(run, "bob");
  const auto record = large_record("bob");
  const auto done = file.change(record);
  tally.add(done, record_of(run, "bob") == (done ? record : before) &&
                      file.standing() == PublishedFile::Standing::good);
}

void keep_state(const fs::path& file, Tally& tally) {
  const auto before = read_profile_state(file);
  auto state = before;
  state.last_exit = std::string(24'000, 'e');
  const auto done = write_profile_state(file, state);
  const auto after = read_profile_state(file);
  tally.add(done, after.last_exit == (done ? state : before).last_exit &&
                      after.last_port == 9001);
}

void keep_file(const fs::path& file, Tally& tally) {
  const std::string text(24'000, 'n');
  const auto done = replace_file(file, text);
  tally.add(done, test::read_text(file) == (done ? text : "old"));
}

bool has_temporary(const fs::path& run) {
  for (const auto& name : test::files_in(run))
    if (name.ends_with(".tmp")) return true;
  return false;
}

// Each kind of write on a disk that `starve` has made so small.
template <class Starve>
void write_all_kinds(const fs::path& disk, Starve starve, Tally& tally) {
  auto bob = PublishedFile::publish(disk, sample_record("bob"), 100ms);
  REQUIRE(bob);
  test::write_text(disk / "config", "old");
  ProfileState state;
  state.last_port = 9001;
  REQUIRE(write_profile_state(disk / "state.json", state));
  starve();
  publish_new(disk, tally);
  starve();
  keep_state(disk / "state.json", tally);
  starve();
  keep_file(disk / "config", tally);
  starve();
  change_old(disk, *bob, tally);
  const bool left = has_temporary(disk);
  CHECK(!left);
  if (left) ++tally.wrong;
  CHECK(bob->withdraw());  // takes no room
}

}  // namespace

TEST_CASE("at every fill level of a disk a write is whole or refused",
          "[disk]") {
  Tally tally;
  constexpr int kLevels = 16;
  for (int pages = 0; pages < kLevels; ++pages) {
    CAPTURE(pages);
    const TempDir home;
    const SmallDisk disk(home / "disk", "size=128k");
    if (!disk.mounted()) {
      WARN("skipped: needs the right to mount (run as root)");
      return;
    }
    write_all_kinds(
        home / "disk", [&] { disk.leave(pages); }, tally);
  }
  // Six pages are too few for each of the four, seven are enough.
  CHECK(tally.refused == 4 * 6);
  test::figure("a disk with 0 to 15 pages left, four kinds of writes",
               tally.line());
}

TEST_CASE("on a disk without inodes a write is whole or refused", "[disk]") {
  Tally tally;
  for (int inodes = 4; inodes < 10; ++inodes) {
    CAPTURE(inodes);
    const TempDir home;
    // Room for the disk itself, bob, config and state.
    const SmallDisk disk(home / "disk",
                         "size=1m,nr_inodes=" + std::to_string(inodes));
    if (!disk.mounted()) {
      WARN("skipped: needs the right to mount (run as root)");
      return;
    }
    write_all_kinds(
        home / "disk", [] {}, tally);
  }
  CHECK(tally.refused == 4);  // where none is left
  test::figure("a disk with no to five inodes left", tally.line());
}
