#include "registry/claim.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

using namespace berth;
using namespace berth::registry;
namespace fs = std::filesystem;

TEST_CASE("a claim is held by one and seen by all", "[claim]") {
  test::TempDir home;
  const auto file = home / "data/alice/lock";
  CHECK(Claim::is_taken(file).value() == false);
  {
    auto claim = Claim::take(file);
    REQUIRE(claim);
    CHECK(Claim::is_taken(file).value() == true);
    auto second = Claim::take(file);
    REQUIRE(!second);
    CHECK(second.error().code == Errc::already_running);
    CHECK_THAT(second.error().message, Catch::Contains(file.string()));
  }
  CHECK(fs::exists(file));
  CHECK(Claim::is_taken(file).value() == false);
  CHECK(Claim::take(file));
}

TEST_CASE("a claim ends with the process that holds it", "[claim]") {
  test::TempDir home;
  const auto file = home / "alice/lock";
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto claim = Claim::take(file);
    (void)!::write(ready[1], claim ? "1" : "0", 1);
    for (;;) ::pause();
  }
  char answer = 0;
  REQUIRE(::read(ready[0], &answer, 1) == 1);
  CHECK(answer == '1');
  CHECK(Claim::take(file).error().code == Errc::already_running);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK(Claim::take(file));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_CASE("a claim is private whatever stood there", "[claim]") {
  test::TempDir home;
  const auto file = home / "alice/lock";
  fs::create_directory(home / "alice");
  fs::permissions(home / "alice", fs::perms::owner_all);
  test::write_text(file, "");
  ::chmod(file.c_str(), 0666);
  auto claim = Claim::take(file);
  REQUIRE(claim);
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);
}

TEST_CASE("what is no file of the user is not claimed", "[claim]") {
  test::TempDir home;
  const auto file = home / "lock";
  SECTION("a FIFO") { REQUIRE(::mkfifo(file.c_str(), 0600) == 0); }
  SECTION("a link") {
    test::write_text(home / "real", "");
    fs::create_symlink("real", file);
  }
  SECTION("a dangling link") { fs::create_symlink(home / "victim", file); }
  SECTION("a directory") { fs::create_directory(file); }
  SECTION("a file of another user") {
    if (::geteuid() != 0) {
      WARN("skipped: needs root to give a file away");
      return;
    }
    test::write_text(file, "");
    REQUIRE(::chown(file.c_str(), 65534, 65534) == 0);
  }
  auto claim = Claim::take(file);
  REQUIRE(!claim);
  CHECK_THAT(claim.error().message, Catch::Contains(file.string()));
  CHECK(!fs::exists(home / "victim"));
}

TEST_CASE("a claim in a directory that others can write is refused",
          "[claim]") {
  test::TempDir home;
  fs::create_directory(home / "alice");
  ::chmod((home / "alice").c_str(), 0777);
  CHECK(Claim::take(home / "alice/lock").error().code == Errc::denied);
}

TEST_CASE("a claim whose file is being removed is sometimes refused",
          "[claim]") {
  test::TempDir home;
  const auto file = home / "alice/lock";
  const pid_t remover = ::fork();
  if (remover == 0)
    for (;;) ::unlink(file.c_str());
  // Without a second look every one of these would be given, on a file that
  // nobody else can find any more.
  int refused = 0;
  for (int i = 0; i < 200000 && refused == 0; ++i) {
    auto claim = Claim::take(file);
    if (!claim && claim.error().code == Errc::failed) ++refused;
  }
  ::kill(remover, SIGKILL);
  ::waitpid(remover, nullptr, 0);
  CHECK(refused == 1);
  CHECK(Claim::take(file));
}

TEST_CASE("beside a claim there is room for the program that it is for, and for "
          "nobody else",
          "[claim]") {
  test::TempDir home;
  const auto file = home / "alice/lock";
  auto companion = Claim::take_beside(file);
  REQUIRE(companion);
  CHECK(Claim::is_taken(file).value());
  CHECK_FALSE(companion->is_joined().value());
  CHECK(Claim::take_whole(file).error().code == Errc::already_running);
  CHECK(Claim::take_beside(file).error().code == Errc::already_running);
  {
    const auto program = Claim::take(file);
    REQUIRE(program);
    CHECK(companion->is_joined().value());
    CHECK(companion->complete().error().code == Errc::already_running);
  }
  CHECK_FALSE(companion->is_joined().value());
  REQUIRE(companion->complete());
  CHECK(Claim::take(file).error().code == Errc::already_running);
}

TEST_CASE("a program that was started by hand has its claim to itself",
          "[claim]") {
  test::TempDir home;
  const auto file = home / "alice/lock";
  {
    const auto program = Claim::take(file);
    REQUIRE(program);
    CHECK(Claim::is_taken(file).value());
    CHECK(Claim::take_whole(file).error().code == Errc::already_running);
    CHECK(Claim::take_beside(file).error().code == Errc::already_running);
  }
  CHECK(Claim::take_beside(file));
}

TEST_CASE("a claim is above what else is open and so among the first closed",
          "[claim]") {
  test::TempDir home;
  const auto file = home / "lock";
  const auto claim = Claim::take(file);
  REQUIRE(claim);
  const UniqueFd opened_later(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  int number = -1;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (fs::read_symlink(entry.path(), gone) == file)
      number = std::stoi(entry.path().filename());
  }
  CHECK(number > opened_later.get());
}
