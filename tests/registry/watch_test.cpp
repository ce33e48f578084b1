// The registry's watch and the healing of records, with real files and notices
// and with fake time.
#include <fcntl.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <fstream>

#include "registry/base/files.h"
#include "registry/file_registry.h"
#include "registry/lock_file.h"
#include "registry/record_publisher.h"
#include "tests/registry/support/owner_process.h"
#include "tests/registry/support/records.h"
#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"

using namespace berth;
using namespace berth::registry;
using berth::test::files_in;
using berth::test::OwnerProcess;
using berth::test::sample_record;
using berth::test::write_dead_record;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

using Lines = std::vector<std::string>;

struct World {
  test::TempDir home;
  fs::path run = home / "a/run";
  boost::asio::io_context io{1};
  test::FakeTimers timers;
  FileRegistry files{run, io.get_executor(), timers};
  Lines told;
  std::unique_ptr<Watch> watching;

  void watch() {
    watching = files
                   .watch([this](const Event& event) {
                     told.push_back(std::string(to_string(event.what)) +
                                    (event.entry.name.empty() ? "" : " ") +
                                    event.entry.name);
                   })
                   .value();
    run_ready();
  }

  std::unique_ptr<Registration> announce(const std::string& name) {
    return files
        .announce(sample_record(name),
                  [this, name](Standing standing, const Error&) {
                    told.push_back((standing == Standing::healed    ? "healed "
                                    : standing == Standing::failing ? "failing "
                                                                    : "lost ") +
                                   name);
                  })
        .value();
  }

  // Notices of what was done already are there: the kernel queues them before
  // the call that causes them returns.
  void run_ready() {
    io.restart();
    io.poll();
  }

  void advance(Timers::Clock::duration delta) {
    timers.advance(delta);
    run_ready();
  }

  // For what another process does: until `count` lines were told, or 5 s.
  void run_until_told(std::size_t count) {
    const auto end = std::chrono::steady_clock::now() + 5s;
    while (told.size() < count && std::chrono::steady_clock::now() < end) {
      io.restart();
      io.run_one_for(10ms);
    }
  }

  Lines take_told() {
    run_ready();
    return std::exchange(told, {});
  }

  Liveness liveness(const std::string& name) {
    return files.find(name).value().liveness;
  }
};

// A record whose lock can be let go without any notice.
class SilentOwner {
 public:
  explicit SilentOwner(const fs::path& directory, const std::string& name)
      : fd_((write_dead_record(directory, name),
             ::open((directory / (name + ".json")).c_str(),
                    O_RDWR | O_CLOEXEC))) {
    REQUIRE(try_lock(fd_.get(), kOwnerByte, name).value());
  }
  void let_go() const {
    struct flock lock {};
    lock.l_type = F_UNLCK;
    lock.l_start = kOwnerByte;
    lock.l_len = 1;
    REQUIRE(::fcntl(fd_.get(), F_OFD_SETLK, &lock) == 0);
  }

 private:
  UniqueFd fd_;
};

void open_and_close_for_writing(const fs::path& file) {
  const UniqueFd fd(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE(fd);
}

}  // namespace

TEST_CASE("deaths are told without any time passing", "[watch]") {
  World world;
  world.watch();
  for (int i = 0; i < 50; ++i) {
    OwnerProcess owner(world.run, "alice");
    world.run_until_told(1);
    CHECK(world.take_told() == Lines{i == 0 ? "added alice" : "changed alice"});
    owner.kill_hard();
    world.run_until_told(1);
    // The probe that the kernel's order may call for is the only timer.
    world.timers.advance(1ms);
    CHECK(world.take_told() == Lines{"crashed alice"});
  }
}

TEST_CASE("a close for writing by another makes nobody dead", "[watch]") {
  World world;
  auto alice = world.announce("alice");
  world.watch();
  CHECK(world.take_told() == Lines{"added alice"});
  open_and_close_for_writing(world.run / "alice.json");
  world.run_ready();
  const auto before = world.timers.pending();
  for (int i = 0; i < 10; ++i) world.advance(200ms);
  CHECK(world.timers.pending() == before - 1);  // the probing has ended
  CHECK(world.take_told().empty());
}

TEST_CASE("a lock that is freed after the notice is probed for", "[watch]") {
  World world;
  REQUIRE(make_private_directory(world.run));
  const SilentOwner owner(world.run, "alice");
  world.watch();
  CHECK(world.take_told() == Lines{"added alice"});
  open_and_close_for_writing(world.run / "alice.json");
  world.run_ready();
  const auto delay = GENERATE(1, 2, 3, 7, 511, 1022);
  world.advance(std::chrono::milliseconds(delay - 1));
  owner.let_go();
  CHECK(world.take_told().empty());
  world.advance(std::chrono::milliseconds(delay + 1));
  CHECK(world.take_told() == Lines{"crashed alice"});
}

TEST_CASE("what no notice told is found by the scan every 30 seconds",
          "[watch]") {
  World world;
  REQUIRE(make_private_directory(world.run));
  const SilentOwner owner(world.run, "alice");
  world.watch();
  CHECK(world.take_told() == Lines{"added alice"});
  owner.let_go();
  world.advance(29999ms);
  CHECK(world.take_told().empty());
  world.advance(1ms);
  CHECK(world.take_told() == Lines{"crashed alice"});
  world.advance(30s);
  CHECK(world.take_told().empty());
}

TEST_CASE("a spoiled record is told as unknown and then as repaired",
          "[watch]") {
  World world;
  REQUIRE(make_private_directory(world.run));
  write_dead_record(world.run, "alice");
  world.watch();
  CHECK(world.take_told() == Lines{"added alice"});
  ::chmod((world.run / "alice.json").c_str(), 0644);
  CHECK(world.take_told() == Lines{"changed alice"});
  CHECK(world.liveness("alice") == Liveness::unknown);
}

TEST_CASE("more events than the kernel keeps lead to a scan", "[watch]") {
  World world;
  world.watch();
  CHECK(world.take_told().empty());
  std::ifstream in("/proc/sys/fs/inotify/max_queued_events");
  int limit = 16384;
  in >> limit;
  const auto junk = world.run / "junk";
  for (int i = 0; i < limit / 2 + 100; ++i) {
    test::write_text(junk, "");
    fs::remove(junk);
  }
  write_dead_record(world.run, "alice");  // its notice is lost
  CHECK(world.take_told() == Lines{"rescanning", "added alice"});
}

TEST_CASE("a directory that is removed and made again is watched on",
          "[watch]") {
  World world;
  world.watch();
  write_dead_record(world.run, "alice");
  CHECK(world.take_told() == Lines{"added alice"});
  fs::remove_all(world.run);
  auto told = world.take_told();
  std::erase(told, "rescanning");
  CHECK(told == Lines{"removed alice"});
  CHECK(fs::exists(world.run));
  auto bob = world.announce("bob");
  CHECK(world.take_told() == Lines{"added bob"});
}

TEST_CASE("a directory that is moved away is not watched on", "[watch]") {
  World world;
  world.watch();
  write_dead_record(world.run, "alice");
  CHECK(world.take_told() == Lines{"added alice"});
  fs::rename(world.run, world.home / "moved");
  CHECK(world.take_told() == Lines{"rescanning", "removed alice"});
  write_dead_record(world.home / "moved", "carol");
  CHECK(world.take_told().empty());
  auto bob = world.announce("bob");
  CHECK(world.take_told() == Lines{"added bob"});
}

TEST_CASE("a parent that is moved away is noticed by the next scan",
          "[watch]") {
  World world;
  world.watch();
  write_dead_record(world.run, "alice");
  CHECK(world.take_told() == Lines{"added alice"});
  fs::rename(world.home / "a", world.home / "b");
  auto bob = world.announce("bob");
  world.advance(30s);
  auto told = world.take_told();
  std::sort(told.begin(), told.end());
  CHECK(told == Lines{"added bob", "removed alice"});
  auto carol = world.announce("carol");
  CHECK(world.take_told() == Lines{"added carol"});
}

TEST_CASE("without inotify a watch says so once and looks every second",
          "[watch]") {
  const auto rule =
      GENERATE("inotify_init1=24", "inotify_add_watch=28");  // EMFILE, ENOSPC
  test::TempDir home;
  OwnerProcess watcher(
      OwnerProcess::Words{"--fail", rule, home.path().string(), "--watch"});
  CHECK(watcher.line() == "ready");
  CHECK(watcher.line() == "rescanning ");
  OwnerProcess owner(home.path(), "alice");
  CHECK(watcher.line() == "added alice");
  owner.kill_hard();
  CHECK(watcher.line() == "crashed alice");
}

TEST_CASE("without inotify an owner heals within a second", "[healing]") {
  const auto rule = GENERATE("inotify_init1=24", "inotify_add_watch=28");
  test::TempDir home;
  OwnerProcess owner(
      OwnerProcess::Words{"--fail", rule, home.path().string(), "alice"});
  REQUIRE(owner.line() == "ready");
  for (int i = 0; i < 2; ++i) {
    const auto start = std::chrono::steady_clock::now();
    fs::remove(home / "alice.json");
    CHECK(owner.line() == "healed");
    CHECK(std::chrono::steady_clock::now() - start < 3s);
    CHECK(files_in(home.path()) == Lines{"alice.json"});
  }
}

TEST_CASE("row 33: a record that was spoiled is published again at once",
          "[healing]") {
  World world;
  auto alice = world.announce("alice");
  const auto path = world.run / "alice.json";
  SECTION("removed") { fs::remove(path); }
  SECTION("renamed away") { fs::rename(path, world.run / "bob.json"); }
  SECTION("replaced") {
    write_dead_record(world.run, "bob");
    fs::rename(world.run / "bob.json", path);
  }
  SECTION("opened to others") { ::chmod(path.c_str(), 0644); }
  SECTION("linked") { fs::create_hard_link(path, world.home / "second"); }
  SECTION("cut short") { fs::resize_file(path, 10); }
  SECTION("overwritten") { test::write_text(path, "{}"); }
  SECTION("gone with its directory") { fs::remove_all(world.run); }
  SECTION("moved with its directory") {
    fs::rename(world.run, world.home / "moved");
  }
  CHECK(world.take_told() == Lines{"healed alice"});
  CHECK(world.liveness("alice") == Liveness::alive);
  CHECK(world.files.find("alice")->record == alice->record());
  // Once more: the new file is guarded like the first.
  fs::remove(path);
  CHECK(world.take_told() == Lines{"healed alice"});
  CHECK(world.liveness("alice") == Liveness::alive);
}

TEST_CASE("a record is healed after a change too", "[healing]") {
  World world;
  auto alice = world.announce("alice");
  Record record = alice->record();
  record.title = "Alice";
  REQUIRE(alice->change(record));
  CHECK(world.take_told().empty());
  fs::remove(world.run / "alice.json");
  CHECK(world.take_told() == Lines{"healed alice"});
  CHECK(world.files.find("alice")->record == record);
}

TEST_CASE("a record that went with a parent directory is back in 30 seconds",
          "[healing]") {
  World world;
  auto alice = world.announce("alice");
  fs::rename(world.home / "a", world.home / "b");
  world.advance(29999ms);
  CHECK(world.take_told().empty());
  world.advance(1ms);
  CHECK(world.take_told() == Lines{"healed alice"});
  CHECK(world.liveness("alice") == Liveness::alive);
}

TEST_CASE(
    "row 33: an owner whose name another living owner got is told it "
    "lost",
    "[healing]") {
  World world;
  auto alice = world.announce("alice");
  fs::remove(world.run / "alice.json");
  OwnerProcess other(world.run, "alice", 9003);
  CHECK(world.take_told() == Lines{"lost alice"});
  world.advance(60s);
  CHECK(world.take_told().empty());
  CHECK(!alice->change(alice->record()));
  alice.reset();
  CHECK(world.files.find("alice")->record->endpoint.port == 9003);
  CHECK(world.liveness("alice") == Liveness::alive);
}

TEST_CASE("a record that cannot be published again is tried every second",
          "[healing]") {
  World world;
  auto alice = world.announce("alice");
  const auto path = world.run / "alice.json";
  const auto fifo = world.run / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  fs::rename(fifo, path);
  CHECK(world.take_told() == Lines{"failing alice"});
  world.advance(1s);
  CHECK(world.take_told() == Lines{"failing alice"});
  fs::remove(path);
  world.advance(999ms);
  CHECK(world.take_told().empty());
  world.advance(1ms);
  CHECK(world.take_told() == Lines{"healed alice"});
  CHECK(world.liveness("alice") == Liveness::alive);
}

TEST_CASE("a registration may be ended from its own callback", "[healing]") {
  World world;
  std::unique_ptr<Registration> alice;
  int told = 0;
  alice = world.files
              .announce(sample_record("alice"),
                        [&](Standing, const Error&) {
                          ++told;
                          alice.reset();
                        })
              .value();
  fs::remove(world.run / "alice.json");
  world.run_ready();
  CHECK(told == 1);
  CHECK(files_in(world.run).empty());
  world.advance(60s);
  CHECK(told == 1);
}

TEST_CASE("a record that nothing happens to wakes its owner every 30 seconds",
          "[healing]") {
  World world;
  auto alice = world.announce("alice");
  CHECK(world.timers.pending() == 1);
  auto bob = world.announce("bob");
  write_dead_record(world.run, "carol");
  const auto files = files_in(world.run);
  for (int i = 0; i < 10; ++i) world.advance(30s);
  CHECK(world.timers.pending() == 2);
  CHECK(world.take_told().empty());
  CHECK(files_in(world.run) == files);
}
