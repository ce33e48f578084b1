#include "registry/base/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "registry/base/log_line.h"
#include "registry/base/unique_fd.h"

namespace berth::log {
namespace {

std::filesystem::path& current() {
  static std::filesystem::path path;
  return path;
}

std::filesystem::path older(int number) {
  return current().string() + "." + std::to_string(number);
}

// stderr may also be somebody's terminal, pipe or file, or a log that was moved
// away: none of ours to rotate.
bool is_full() {
  struct stat info {};
  struct stat by_name {};
  return ::fstat(STDERR_FILENO, &info) == 0 && S_ISREG(info.st_mode) &&
         info.st_size >= kMaxLogBytes &&
         ::lstat(current().c_str(), &by_name) == 0 &&
         by_name.st_ino == info.st_ino && by_name.st_dev == info.st_dev;
}

Result<UniqueFd> open_log(const std::filesystem::path& file) {
  UniqueFd fd(::open(file.c_str(),
                     O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
                     0600));
  if (!fd) return errno_error(errno, "open log " + file.string());
  return fd;
}

void write_to(const UniqueFd& fd) {
  ::dup2(fd.get(), STDOUT_FILENO);
  ::dup2(fd.get(), STDERR_FILENO);
}

// The new file first: where there is none to be had, nothing has moved, and the
// next line tries again.
void rotate() {
  const std::filesystem::path begun = current().string() + ".new";
  auto fd = open_log(begun);
  if (!fd) return;
  for (int i = kOlderLogs - 1; i >= 1; --i)
    ::rename(older(i).c_str(), older(i + 1).c_str());  // may not be there yet
  // Not over what has not moved: it would be lost.
  if (::rename(current().c_str(), older(1).c_str()) == 0 &&
      ::rename(begun.c_str(), current().c_str()) == 0)
    write_to(*fd);
}

}  // namespace

void set_file(std::filesystem::path file) { current() = std::move(file); }

Result<void> reopen_file() {
  if (current().empty()) return {};
  auto fd = open_log(current());
  if (!fd) return fd.error();
  write_to(*fd);
  return {};
}

void line_written() {
  if (!current().empty() && is_full()) rotate();
}

}  // namespace berth::log
