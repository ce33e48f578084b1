#include "launcher/log_tail.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>

#include "registry/base/files.h"
#include "registry/base/unique_fd.h"

namespace berth::launcher {
namespace {

constexpr std::int64_t kMaxTail = 1024 * 1024;
// A line without an end is given out in parts of this size.
constexpr std::size_t kMaxLine = 64 * 1024;

UniqueFd open_file(const std::filesystem::path& file) {
  return UniqueFd(
      ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// One file as it grows. Its lines go to `give`.
class Follower {
 public:
  using Give = std::function<void(const std::string&)>;
  Follower(std::filesystem::path file, const Give& give)
      : file_(std::move(file)), give_(give) {}

  // Starts with the end of what is there now.
  void open_tail() {
    fd_ = open_file(file_);
    struct stat info {};
    if (fd_ && ::fstat(fd_.get(), &info) == 0)
      offset_ = std::max<std::int64_t>(0, info.st_size - kMaxTail);
  }

  // Everything that is new; goes over to a new file of that name.
  void catch_up() {
    if (fd_) drain();
    if (fd_ && is_current()) return;
    UniqueFd fresh = open_file(file_);
    if (!fresh) return;  // between two files: the next notice brings it
    if (!partial_.empty()) flush_partial();
    fd_ = std::move(fresh);
    offset_ = 0;
    drain();
  }

 private:
  bool is_current() const {
    struct stat by_fd {};
    struct stat by_name {};
    return ::fstat(fd_.get(), &by_fd) == 0 &&
           ::lstat(file_.c_str(), &by_name) == 0 &&
           by_fd.st_ino == by_name.st_ino && by_fd.st_dev == by_name.st_dev;
  }

  void drain() {
    struct stat info {};
    if (::fstat(fd_.get(), &info) == 0 && info.st_size < offset_)
      offset_ = 0;  // truncated
    std::array<char, 16384> chunk;
    ssize_t got = 0;
    while ((got = ::pread(fd_.get(), chunk.data(), chunk.size(), offset_)) >
           0) {
      offset_ += got;
      take({chunk.data(), static_cast<std::size_t>(got)});
    }
  }

  void take(std::string_view text) {
    while (!text.empty()) {
      const auto end = text.find('\n');
      partial_ += text.substr(0, end);
      if (end == std::string_view::npos) break;
      flush_partial();
      text.remove_prefix(end + 1);
    }
    if (partial_.size() > kMaxLine) flush_partial();
  }

  void flush_partial() {
    give_(partial_);
    partial_.clear();
  }

  std::filesystem::path file_;
  const Give& give_;
  UniqueFd fd_;
  std::int64_t offset_ = 0;
  std::string partial_;
};

}  // namespace

Result<std::vector<std::string>> last_lines(const std::filesystem::path& file,
                                            std::size_t count,
                                            std::int64_t from) {
  UniqueFd fd = open_file(file);
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0)
    return errno_error(errno, "open log " + file.string());
  const std::int64_t start = std::max(from, info.st_size - kMaxTail);
  if (start >= info.st_size) return std::vector<std::string>();
  if (::lseek(fd.get(), start, SEEK_SET) < 0)
    return errno_error(errno, "read log " + file.string());
  // It may grow while it is read.
  auto text = read_all(fd.get(), 2 * kMaxTail, "log " + file.string());
  if (!text) return text.error();
  auto lines = split(*text);
  if (start > from && !lines.empty()) lines.erase(lines.begin());  // a part
  if (lines.size() > count)
    lines.erase(lines.begin(), lines.end() - static_cast<long>(count));
  return lines;
}

Error follow(const std::filesystem::path& file, std::size_t count,
             const std::function<void(const std::string&)>& give) {
  const auto directory = file.parent_path();
  if (auto made = make_private_directory(directory); !made) return made.error();
  UniqueFd notices(::inotify_init1(IN_CLOEXEC));
  if (!notices)
    return {Errc::unavailable,
            errno_error(errno, "watch log (inotify)").message,
            "raise the sysctl fs.inotify.max_user_instances"};
  if (::inotify_add_watch(notices.get(), directory.c_str(),
                          IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_ONLYDIR) < 0)
    return errno_error(errno, "watch " + directory.string());
  // What is there already and what is new come from one reading, so that no
  // line is lost or given twice between the two.
  std::deque<std::string> tail;
  std::function<void(const std::string&)> sink = [&](const std::string& line) {
    tail.push_back(line);
    if (tail.size() > count) tail.pop_front();
  };
  Follower follower(file, sink);
  follower.open_tail();
  follower.catch_up();
  for (const auto& line : tail) give(line);
  sink = give;
  for (;;) {
    follower.catch_up();
    std::array<char, 4096> ignored;  // any notice is a reason to look
    if (::read(notices.get(), ignored.data(), ignored.size()) < 0 &&
        errno != EINTR)
      return errno_error(errno, "watch " + directory.string());
  }
}

}  // namespace berth::launcher
