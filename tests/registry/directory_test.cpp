#include "registry/directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/record_publisher.h"
#include "tests/registry/support/records.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::registry;
using berth::test::TempDir;
namespace fs = std::filesystem;

namespace {

constexpr uid_t kNobody = 65534;

class Umask {
 public:
  explicit Umask(mode_t mask) : old_(::umask(mask)) {}
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;
  ~Umask() { ::umask(old_); }

 private:
  mode_t old_;
};

mode_t mode_of(const fs::path& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

void check_denied(const fs::path& path, const std::string& reason) {
  auto opened = open_directory(path);
  REQUIRE(!opened);
  CHECK(opened.error().code == Errc::denied);
  CHECK_THAT(opened.error().message, Catch::Contains(reason));
  CHECK(!opened.error().hint.empty());
  auto published = PublishedFile::publish(path, test::sample_record("alice"),
                                          std::chrono::milliseconds(100));
  REQUIRE(!published);
  CHECK(published.error().code == Errc::denied);
}

}  // namespace

TEST_CASE("the directory and its records are private whatever the umask",
          "[directory]") {
  const mode_t mask = GENERATE(0000, 0022, 0077, 0777);
  TempDir home;
  const auto path = home / "a/b/run";
  {
    const Umask umask(mask);
    auto file = PublishedFile::publish(path, test::sample_record("alice"),
                                       std::chrono::milliseconds(100));
    REQUIRE(file);
    CHECK(mode_of(path / "alice.json") == 0600);
    CHECK(file->standing() == PublishedFile::Standing::good);
  }
  CHECK(mode_of(home / "a") == 0700);
  CHECK(mode_of(home / "a/b") == 0700);
  CHECK(mode_of(path) == 0700);
}

TEST_CASE("row 29: a directory that is open to others is refused",
          "[directory]") {
  TempDir home;
  const auto path = home / "run";
  const mode_t mode = GENERATE(0755, 0770, 0701, 01777);
  fs::create_directory(path);
  REQUIRE(::chmod(path.c_str(), mode) == 0);
  check_denied(path, path.string());
  REQUIRE(::chmod(path.c_str(), 0700) == 0);
  CHECK(open_directory(path));
}

TEST_CASE("row 29: a directory of another user is refused", "[directory]") {
  if (::geteuid() != 0) {
    WARN("skipped: needs root to give a file away");
    return;
  }
  TempDir home;
  const auto path = home / "run";
  fs::create_directory(path);
  fs::permissions(path, fs::perms::owner_all);
  REQUIRE(::chown(path.c_str(), kNobody, kNobody) == 0);
  check_denied(path, "belongs to another user");
  REQUIRE(::chown(path.c_str(), 0, 0) == 0);
  fs::create_directories(home / "theirs/run");
  fs::permissions(home / "theirs/run", fs::perms::owner_all);
  REQUIRE(::chown((home / "theirs").c_str(), kNobody, kNobody) == 0);
  check_denied(home / "theirs/run", "belongs to another user");
}

TEST_CASE("row 29: a parent in which others can rename is refused",
          "[directory]") {
  TempDir home;
  const auto parent = home / "shared";
  fs::create_directories(parent / "run");
  fs::permissions(parent / "run", fs::perms::owner_all);
  REQUIRE(::chmod(parent.c_str(), 0777) == 0);
  check_denied(parent / "run", parent.string());
  REQUIRE(::chmod(parent.c_str(), 01777) == 0);  // as /tmp
  CHECK(open_directory(parent / "run"));
  if (::geteuid() == 0) {
    REQUIRE(::chmod(parent.c_str(), 0770) == 0);
    REQUIRE(::chown(parent.c_str(), 0, kNobody) == 0);
    check_denied(parent / "run", parent.string());
  }
}

TEST_CASE("row 29: a link in place of the directory is refused",
          "[directory]") {
  TempDir home;
  fs::create_directory(home / "real");
  fs::permissions(home / "real", fs::perms::owner_all);
  fs::create_symlink(home / "real", home / "run");
  check_denied(home / "run", "link");
  check_denied(home.path() / "run/", "link");
  fs::create_symlink("nowhere", home / "dangling");
  CHECK(open_directory(home / "dangling").error().code == Errc::denied);
}

TEST_CASE("a parent may be a link and what it leads through is checked",
          "[directory]") {
  TempDir home;
  fs::create_directories(home / "disk/me/run");
  fs::permissions(home / "disk/me/run", fs::perms::owner_all);
  fs::create_symlink(home / "disk/me", home / "state");
  CHECK(open_directory(home / "state/run"));
  REQUIRE(::chmod((home / "disk").c_str(), 0777) == 0);
  check_denied(home / "state/run", (home / "disk").string());
}

TEST_CASE("a relative path is refused", "[directory]") {
  auto opened = open_directory("run/instances");
  REQUIRE(!opened);
  CHECK(opened.error().code == Errc::invalid);
  CHECK_THAT(opened.error().message, Catch::Contains("run/instances"));
}

TEST_CASE("a directory that does not exist is told apart from a bad one",
          "[directory]") {
  TempDir home;
  CHECK(open_directory(home / "run").error().code == Errc::not_found);
  CHECK(!fs::exists(home / "run"));
  test::write_text(home / "file", "");
  check_denied(home / "file", "not a directory");
  CHECK(!make_directory(home / "file/run"));
}

TEST_CASE("all names in a directory are told", "[directory]") {
  TempDir home;
  for (const char* name : {"a", ".b", "c.json"})
    test::write_text(home / name, "");
  auto fd = open_directory(home.path());
  REQUIRE(fd);
  auto names = file_names(fd->get(), home.path()).value();
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{".", "..", ".b", "a", "c.json"});
  CHECK(::fcntl(fd->get(), F_GETFD) >= 0);
}

TEST_CASE("a judged directory is listed as often as one likes", "[directory]") {
  TempDir home;
  JudgedDirectory judged(home.path());
  test::write_text(home / "alice.json", "{}");
  CHECK(read_records(judged).value().size() == 1);
  test::write_text(home / "bob.json", "{}");
  CHECK(read_records(judged).value().size() == 2);
}

TEST_CASE("a judged directory is judged again when others may read it",
          "[directory]") {
  TempDir home;
  JudgedDirectory judged(home.path());
  REQUIRE(judged.open());
  fs::permissions(home.path(), fs::perms::owner_all | fs::perms::others_read);
  CHECK(judged.open().error().code == Errc::denied);
  fs::permissions(home.path(), fs::perms::owner_all);
  CHECK(judged.open());
}

TEST_CASE("a judged directory follows its path", "[directory]") {
  TempDir home;
  const auto path = home / "run";
  JudgedDirectory judged(path);
  CHECK(judged.open().error().code == Errc::not_found);
  REQUIRE(make_directory(path));
  test::write_text(path / "alice.json", "{}");
  CHECK(read_record(judged, "alice"));
  fs::rename(path, home / "old");
  CHECK(read_record(judged, "alice").error().code == Errc::not_found);
  REQUIRE(make_directory(path));
  test::write_text(path / "bob.json", "{}");
  CHECK(read_record(judged, "bob"));
  CHECK(!read_record(judged, "alice"));
}
