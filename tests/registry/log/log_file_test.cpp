// The rotation of a log, with stderr in a real file.
#include "registry/base/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/base/files.h"
#include "registry/base/log.h"
#include "registry/base/unique_fd.h"
#include "tests/support/catch.h"
#include "tests/support/small_disk.h"
#include "tests/support/temp_dir.h"

using namespace berth;
namespace fs = std::filesystem;

namespace {

// stderr and stdout lead into a file for as long as this lives.
class Redirected {
 public:
  explicit Redirected(const fs::path& file) {
    UniqueFd fd(
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    ::fflush(stdout);
    for (const int number : {STDOUT_FILENO, STDERR_FILENO})
      ::dup2(fd.get(), number);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;
  ~Redirected() {
    log::set_file({});
    ::dup2(out_.get(), STDOUT_FILENO);
    ::dup2(err_.get(), STDERR_FILENO);
  }

 private:
  UniqueFd out_{::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)};
  UniqueFd err_{::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)};
};

constexpr std::size_t kLine = 64 * 1024;

// A little more than `files` full ones.
void fill(int files, char letter) {
  const std::string text(kLine, letter);
  for (long i = 0; i <= files * (log::kMaxLogBytes / long{kLine}); ++i)
    log::info(text);
}

std::string name_of(const fs::path& file, int number) {
  return file.string() + "." + std::to_string(number);
}

}  // namespace

TEST_CASE("a log that is full becomes .1, and what is older moves on",
          "[log]") {
  test::TempDir home;
  const fs::path file = home / "alice.log";
  {
    Redirected redirected(file);
    log::set_file(file);
    fill(1, 'a');
    fill(1, 'b');
    log::info("the newest");
  }
  const auto newest = read_file(file, 1 << 24).value();
  CHECK(newest.ends_with("the newest\n"));
  CHECK(newest.size() < log::kMaxLogBytes);
  const auto first = read_file(name_of(file, 2), 1 << 24).value();
  CHECK(first.find("aaaa") != std::string::npos);
  CHECK(first.find("bbbb") == std::string::npos);
  CHECK(first.size() < log::kMaxLogBytes + 2 * kLine);
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 07777) == 0600);
}

TEST_CASE("four older logs are kept, and no more", "[log]") {
  test::TempDir home;
  const fs::path file = home / "alice.log";
  {
    Redirected redirected(file);
    log::set_file(file);
    fill(7, 'x');
  }
  CHECK(fs::exists(name_of(file, log::kOlderLogs)));
  CHECK(!fs::exists(name_of(file, log::kOlderLogs + 1)));
}

TEST_CASE("a file that is not the log is not rotated", "[log]") {
  test::TempDir home;
  const fs::path file = home / "redirected by the user";
  const fs::path log_file = home / "alice.log";
  test::write_text(log_file, "not mine\n");
  {
    Redirected redirected(file);
    log::set_file(log_file);
    fill(1, 'x');
  }
  CHECK(!fs::exists(name_of(log_file, 1)));
  CHECK(fs::file_size(file) > log::kMaxLogBytes);
}

TEST_CASE("on a full disk lines are lost and later ones are not", "[log]") {
  test::TempDir home;
  const test::SmallDisk disk(home / "disk", "size=64k");
  if (!disk.mounted()) {
    WARN("skipped: needs the right to mount (run as root)");
    return;
  }
  const fs::path file = home / "disk/alice.log";
  {
    Redirected redirected(file);
    log::set_file(file);
    log::info("before");
    disk.fill();
    for (int i = 0; i < 100; ++i) log::info(std::string(kLine, 'x'));
    disk.empty();
    log::info("after");
  }
  const auto text = test::read_text(file);
  CHECK(text.find("before\n") != text.npos);
  CHECK(text.ends_with("after\n"));
}

TEST_CASE("without an inode for the next log one goes on in the full one",
          "[log]") {
  test::TempDir home;
  const test::SmallDisk disk(home / "disk", "nr_inodes=3");
  if (!disk.mounted()) {
    WARN("skipped: needs the right to mount (run as root)");
    return;
  }
  const fs::path file = home / "disk/alice.log";
  const fs::path last = home / "disk/last";
  {
    Redirected redirected(file);
    log::set_file(file);
    test::write_text(last, "");
    fill(2, 'x');
    CHECK(fs::file_size(file) > 2 * log::kMaxLogBytes);
    fs::remove(last);
    log::info("the last in here");
    log::info("the first in here");
  }
  CHECK(test::read_text(name_of(file, 1)).ends_with("the last in here\n"));
  CHECK(test::read_text(file).ends_with("the first in here\n"));
  CHECK(fs::file_size(file) < kLine);
}
