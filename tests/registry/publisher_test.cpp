#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cstdlib>

#include "registry/base/files.h"
#include "registry/lock_file.h"
#include "registry/record_publisher.h"
#include "registry/record_reader.h"
#include "tests/registry/support/owner_process.h"
#include "tests/registry/support/records.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::registry;
using berth::test::files_in;
using berth::test::OwnerProcess;
using berth::test::sample_record;
using berth::test::TempDir;
using berth::test::write_dead_record;
using berth::test::write_text;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr uid_t kNobody = 65534;
using Files = std::vector<std::string>;
using Standing = PublishedFile::Standing;

Result<PublishedFile> publish(const fs::path& directory,
                              const std::string& name = "alice",
                              std::chrono::milliseconds limit = 100ms) {
  const auto record = sample_record(name);
  return PublishedFile::publish(directory, record, limit);
}

Liveness liveness(const fs::path& directory, const std::string& name) {
  return read_record(directory, name).value().liveness;
}

}  // namespace

TEST_CASE("an owner that is killed reads as dead at once and is taken over",
          "[publisher]") {
  TempDir home;
  for (int i = 0; i < 20; ++i) {
    OwnerProcess owner(home.path(), "alice");
    REQUIRE(liveness(home.path(), "alice") == Liveness::alive);
    owner.kill_hard();
    REQUIRE(liveness(home.path(), "alice") == Liveness::dead);
  }
  auto next = publish(home.path());
  REQUIRE(next);
  CHECK(liveness(home.path(), "alice") == Liveness::alive);
  CHECK(files_in(home.path()) == Files{"alice.json"});
}

TEST_CASE("an owner that ends in order leaves nothing", "[publisher]") {
  TempDir home;
  OwnerProcess owner(home.path(), "alice");
  CHECK(owner.finish() == 0);
  CHECK(files_in(home.path()).empty());
}

TEST_CASE("a stopped owner stays the owner", "[publisher]") {
  TempDir home;
  OwnerProcess owner(home.path(), "alice", 9001);
  owner.signal(SIGSTOP);
  auto second = publish(home.path());
  REQUIRE(!second);
  CHECK(second.error().code == Errc::already_running);
  CHECK_THAT(second.error().message,
             Catch::Contains("pid " + std::to_string(owner.pid())) &&
                 Catch::Contains("port 9001") &&
                 Catch::Contains("2026-01-02T03:04:05.678Z"));
  CHECK(reap_record(home.path(), "alice", 100ms).value() == false);
  owner.signal(SIGCONT);
  CHECK(owner.ask("change still here") == "done");
}

TEST_CASE("temporaries that nobody locks are removed and living ones stay",
          "[publisher]") {
  TempDir home;
  write_text(home / ".alice.dead.tmp", "{\"token\":\"secret\"}");
  write_text(home / ".bob.alive.tmp", "");
  write_text(home / "other.tmp", "");
  write_text(home / ".hidden", "");
  REQUIRE(::mkfifo((home / ".fifo.tmp").c_str(), 0600) == 0);
  UniqueFd alive(::open((home / ".bob.alive.tmp").c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE(try_lock(alive.get(), kOwnerByte, "bob").value());
  CHECK(remove_leftovers(home.path()).value() == 1);
  const Files left{".bob.alive.tmp", ".fifo.tmp", ".hidden", "other.tmp"};
  CHECK(files_in(home.path()) == left);
  CHECK(remove_leftovers(home / "nowhere").value() == 0);
}

TEST_CASE("announcing removes what killed publishers left behind",
          "[publisher]") {
  TempDir home;
  write_text(home / ".bob.dead.tmp", "{\"token\":\"secret\"}");
  OwnerProcess owner(home.path(), "alice");
  CHECK(files_in(home.path()) == Files{"alice.json"});
}

TEST_CASE("a temporary that somebody removes costs another try and no more",
          "[publisher]") {
  TempDir home;
  auto file = publish(home.path());
  REQUIRE(file);
  // Takes them under lock too, so that most of them are hit.
  const pid_t sweeper = ::fork();
  if (sweeper == 0)
    for (;;)
      for (const auto& name : files_in(home.path()))
        if (name.ends_with(".tmp")) ::unlink((home / name).c_str());
  int failed = 0;
  for (int i = 0; i < 400; ++i) {
    if (!file->change(sample_record("alice"))) ++failed;
    if (!publish(home.path(), "bob", 10s)) ++failed;
  }
  ::kill(sweeper, SIGKILL);
  ::waitpid(sweeper, nullptr, 0);
  CHECK(failed == 0);
  CHECK(file->standing() == Standing::good);
}

TEST_CASE("row 30: what is not ours to judge is not replaced", "[publisher]") {
  TempDir home;
  const auto path = home / "alice.json";
  SECTION("a FIFO") { REQUIRE(::mkfifo(path.c_str(), 0600) == 0); }
  SECTION("a link") {
    write_dead_record(home.path(), "bob");
    fs::create_symlink("bob.json", path);
  }
  SECTION("a file that others may read") {
    write_dead_record(home.path(), "alice");
    REQUIRE(::chmod(path.c_str(), 0644) == 0);
  }
  SECTION("a file with another name elsewhere") {
    write_dead_record(home.path(), "alice");
    fs::create_hard_link(path, home / "second");
  }
  SECTION("a directory") { fs::create_directory(path); }
  SECTION("a file of another user") {
    if (::geteuid() != 0) {
      WARN("skipped: needs root");
      return;
    }
    write_dead_record(home.path(), "alice");
    REQUIRE(::chown(path.c_str(), kNobody, kNobody) == 0);
  }
  struct stat before {};
  REQUIRE(::lstat(path.c_str(), &before) == 0);
  const auto files = files_in(home.path());
  auto refused = publish(home.path());
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::denied);
  CHECK_THAT(refused.error().message, Catch::Contains(path.string()));
  CHECK_THAT(refused.error().hint, Catch::Contains(path.string()));
  auto reaped = reap_record(home.path(), "alice", 100ms);
  REQUIRE(!reaped);
  CHECK(reaped.error().code == Errc::denied);
  struct stat after {};
  REQUIRE(::lstat(path.c_str(), &after) == 0);
  CHECK(after.st_ino == before.st_ino);
  CHECK(files_in(home.path()) == files);
}

TEST_CASE("a dead record is taken over whatever it holds", "[publisher]") {
  TempDir home;
  const auto text = GENERATE("", "{", "not JSON", "{\"format\":2}");
  write_text(home / "alice.json", text);
  ::chmod((home / "alice.json").c_str(), 0600);
  auto file = publish(home.path());
  REQUIRE(file);
  CHECK(liveness(home.path(), "alice") == Liveness::alive);
}

TEST_CASE("while somebody else buries a record one waits and then says so",
          "[publisher]") {
  TempDir home;
  write_dead_record(home.path(), "alice");
  UniqueFd other(::open((home / "alice.json").c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE(try_lock(other.get(), kMorticianByte, "alice").value());
  auto busy = publish(home.path(), "alice", 20ms);
  REQUIRE(!busy);
  CHECK(busy.error().code == Errc::timed_out);
  CHECK(reap_record(home.path(), "alice", 20ms).error().code ==
        Errc::timed_out);
  CHECK(files_in(home.path()) == Files{"alice.json"});
  other.reset();
  CHECK(publish(home.path(), "alice", 20ms));
}

TEST_CASE("withdrawing removes only the own record", "[publisher]") {
  TempDir home;
  const auto path = home / "alice.json";
  auto file = publish(home.path());
  REQUIRE(file);
  SECTION("not a file that replaced it") {
    write_dead_record(home.path(), "bob");
    fs::rename(home / "bob.json", path);
    CHECK(file->withdraw());
    CHECK(files_in(home.path()) == Files{"alice.json"});
  }
  SECTION("not another owner's") {
    fs::remove(path);
    OwnerProcess other(home.path(), "alice");
    CHECK(file->withdraw());
    CHECK(liveness(home.path(), "alice") == Liveness::alive);
  }
  SECTION("and is content where it is gone") {
    fs::remove(path);
    CHECK(file->withdraw());
  }
  SECTION("or where the directory is gone") {
    fs::remove_all(home.path());
    CHECK(file->withdraw());
  }
}

TEST_CASE("row 33: every way to spoil a published record is seen",
          "[publisher]") {
  TempDir home;
  const auto path = home / "alice.json";
  auto file = publish(home.path());
  REQUIRE(file);
  REQUIRE(file->standing() == Standing::good);
  Standing expected = Standing::replaced_or_gone;
  SECTION("removed") { fs::remove(path); }
  SECTION("renamed away") { fs::rename(path, home / "bob.json"); }
  SECTION("replaced") {
    write_dead_record(home.path(), "bob");
    fs::rename(home / "bob.json", path);
  }
  SECTION("opened to others") {
    ::chmod(path.c_str(), 0644);
    expected = Standing::opened_up;
  }
  SECTION("linked") {
    fs::create_hard_link(path, home / "second");
    expected = Standing::opened_up;
  }
  SECTION("cut short") {
    fs::resize_file(path, 10);
    expected = Standing::written_to;
  }
  CHECK(file->standing() == expected);
  REQUIRE(file->change(sample_record("alice")));
  CHECK(file->standing() == Standing::good);
  CHECK(liveness(home.path(), "alice") == Liveness::alive);
}

TEST_CASE("a change does not replace another living owner", "[publisher]") {
  TempDir home;
  auto file = publish(home.path());
  REQUIRE(file);
  fs::remove(home / "alice.json");
  OwnerProcess other(home.path(), "alice", 9002);
  auto changed = file->change(sample_record("alice"));
  REQUIRE(!changed);
  CHECK(changed.error().code == Errc::already_running);
  CHECK(read_record(home.path(), "alice")->record->endpoint.port == 9002);
}

TEST_CASE("a record that grows too large is refused and leaves nothing",
          "[publisher]") {
  TempDir home;
  Record record = sample_record("alice");
  // Indented, it takes ten times the room.
  std::string numbers = "0";
  for (int i = 0; i < 8000; ++i) numbers += ",0";
  record.extra = "{\"a\":[" + numbers + "]}";
  REQUIRE(check(record));
  auto file = PublishedFile::publish(home.path(), record, 100ms);
  REQUIRE(!file);
  CHECK(file.error().code == Errc::invalid);
  CHECK(files_in(home.path()).empty());
}

TEST_CASE("a system call that fails becomes an error and leaves nothing",
          "[publisher]") {
  struct Row {
    const char* rule;
    Errc code;
  };
  const auto row = GENERATE(values<Row>({
      {"renameat2=18", Errc::failed},    // EXDEV
      {"renameat2=28", Errc::no_space},  // ENOSPC
      {"renameat2=30", Errc::denied},    // EROFS
      {"fchmod=1", Errc::denied},        // EPERM
      {"fcntl=37", Errc::failed},        // ENOLCK
  }));
  CAPTURE(row.rule);
  TempDir home;
  OwnerProcess owner(
      OwnerProcess::Words{"--fail", row.rule, home.path().string(), "alice"});
  const auto said = owner.line();
  CHECK_THAT(said, Catch::StartsWith(
                       "error " + std::to_string(static_cast<int>(row.code))));
  CHECK(WEXITSTATUS(owner.finish()) == 1);
  CHECK(files_in(home.path()).empty());
}

TEST_CASE("a record that cannot be removed is reported", "[publisher]") {
  TempDir home;
  OwnerProcess owner(OwnerProcess::Words{"--fail", "unlinkat=30",
                                         home.path().string(), "alice"});
  REQUIRE(owner.line() == "ready");
  CHECK_THAT(owner.ask("withdraw"),
             Catch::Contains("Read-only") && Catch::Contains("alice"));
}

TEST_CASE("no descriptor of a record reaches a program that is executed",
          "[publisher]") {
  TempDir home;
  OwnerProcess owner(home.path(), "alice");
  std::string listed = owner.ask("list-descriptors");
  for (auto line = owner.line(); line != "end" && !line.empty();
       line = owner.line())
    listed += line + "\n";
  CAPTURE(listed);
  CHECK_THAT(listed, Catch::Contains(" 0 ->") && Catch::Contains(" 1 ->"));
  CHECK_THAT(listed, !Catch::Contains(home.path().string()));
  CHECK_THAT(listed, !Catch::Contains("inotify"));
  CHECK_THAT(listed, !Catch::Contains("eventpoll"));
}

TEST_CASE("a record is above what else is open and so the first to be closed",
          "[publisher]") {
  TempDir home;
  auto published = publish(home.path());
  REQUIRE(published);
  const UniqueFd opened_later(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  CHECK(published->fd() > opened_later.get());
  REQUIRE(published->change(sample_record("alice")));
  CHECK(published->fd() > opened_later.get());
}

TEST_CASE("where no descriptor may be so high a record is published as well",
          "[publisher]") {
  TempDir home;
  struct rlimit before {};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  struct rlimit low = before;
  low.rlim_cur = 256;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  const auto published = publish(home.path());
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  REQUIRE(published);
  CHECK(liveness(home.path(), "alice") == Liveness::alive);
}

TEST_CASE("a child that does not exec keeps the record alive", "[publisher]") {
  TempDir home;
  OwnerProcess owner(home.path(), "alice");
  const pid_t child = std::stoi(owner.ask("fork"));
  owner.kill_hard();
  CHECK(liveness(home.path(), "alice") == Liveness::alive);
  UniqueFd ended(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  REQUIRE(::kill(child, SIGKILL) == 0);
  pollfd item{ended.get(), POLLIN, 0};
  REQUIRE(::poll(&item, 1, 5000) == 1);
  CHECK(liveness(home.path(), "alice") == Liveness::dead);
}
