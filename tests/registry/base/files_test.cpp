#include "registry/base/files.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

using namespace berth;
using test::read_text;
using test::write_text;
namespace fs = std::filesystem;

namespace {

mode_t mode_of(const fs::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

std::size_t files_in(const fs::path& path) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(path), fs::directory_iterator()));
}

// Writing past so many bytes fails, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit lower{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &lower);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &old_); }

 private:
  rlimit old_{};
};

}  // namespace

TEST_CASE("a file is read whole or not at all", "[files]") {
  test::TempDir home;
  const std::string text(20000, 'x');
  write_text(home / "file", text);
  CHECK(read_file(home / "file", 20000).value() == text);
  CHECK(read_file(home / "file", 19999).error().code == Errc::invalid);
  CHECK(read_file(home / "nowhere", 10).error().code == Errc::not_found);
  CHECK(read_file(home.path(), 10).error().code == Errc::invalid);
  REQUIRE(::mkfifo((home / "fifo").c_str(), 0600) == 0);
  CHECK(read_file(home / "fifo", 10).error().code == Errc::invalid);
}

TEST_CASE("a file is replaced as a whole and is private", "[files]") {
  test::TempDir home;
  const mode_t mask = GENERATE(0000, 0777);
  const mode_t old = ::umask(mask);
  const auto first = replace_file(home / "file", "one");
  const auto second = replace_file(home / "file", "two");
  ::umask(old);
  CHECK(first);
  CHECK(second);
  CHECK(read_text(home / "file") == "two");
  CHECK(mode_of(home / "file") == 0600);
  CHECK(files_in(home.path()) == 1);
}

TEST_CASE("a file that cannot be written keeps its content", "[files]") {
  test::TempDir home;
  REQUIRE(replace_file(home / "file", "old"));
  Result<void> replaced;
  {
    // A short write first, then an error.
    const FileSizeLimit limit(1000);
    replaced = replace_file(home / "file", std::string(5000, 'n'));
  }
  REQUIRE(!replaced);
  CHECK_THAT(replaced.error().message,
             Catch::Contains((home / "file").string()));
  CHECK(read_text(home / "file") == "old");
  CHECK(files_in(home.path()) == 1);
  CHECK(replace_file(home / "nowhere/file", "x").error().code ==
        Errc::not_found);
}

TEST_CASE("a directory is made private with all its parents", "[files]") {
  test::TempDir home;
  const mode_t mask = GENERATE(0000, 0077, 0777);
  const mode_t old = ::umask(mask);
  const auto made = make_private_directory(home / "a/b/c");
  ::umask(old);
  REQUIRE(made);
  for (const char* part : {"a", "a/b", "a/b/c"})
    CHECK(mode_of(home / part) == 0700);
  CHECK(make_private_directory(home / "a/b/c"));
}

TEST_CASE("what stands in place of a private directory is judged", "[files]") {
  test::TempDir home;
  fs::create_directory(home / "real");
  CHECK(make_private_directory(home / "real"));
  fs::create_symlink("real", home / "link");
  CHECK(make_private_directory(home / "link"));
  write_text(home / "file", "");
  CHECK(make_private_directory(home / "file").error().code == Errc::denied);
  CHECK(!make_private_directory(home / "file/below"));
  ::chmod((home / "real").c_str(), 0770);
  auto open = make_private_directory(home / "real");
  REQUIRE(!open);
  CHECK(open.error().code == Errc::denied);
  CHECK_THAT(open.error().hint, Catch::Contains("chmod 700"));
}
