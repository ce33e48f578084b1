#include "registry/record_publisher.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <thread>

#include "registry/base/files.h"
#include "registry/base/random.h"
#include "registry/directory.h"
#include "registry/lock_file.h"
#include "registry/record_reader.h"

namespace berth::registry {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How soon an owner heals its record, and how long it waits for others then: it
// blocks its only thread.
constexpr milliseconds kHealLimit{1000};

std::string file_of(const std::string& name) { return name + ".json"; }

// Waiting for another process's short critical section: 1 ms doubling to
// 50 ms. There is nothing to be notified by: a byte lock gives no event
// without blocking in it.
class Backoff {
 public:
  explicit Backoff(milliseconds limit) : limit_(limit) {}
  // False: the limit has passed, or one that is sooner.
  bool wait(milliseconds sooner = milliseconds::max()) {
    if (Clock::now() - start_ >= std::min(limit_, sooner)) return false;
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(pause_ * 2, milliseconds(50));
    return true;
  }

 private:
  Clock::time_point start_ = Clock::now();
  milliseconds limit_;
  milliseconds pause_{1};
};

// A whole record under lock, with a name that readers skip. Unlinked when
// destroyed, unless renamed() was called.
class Temporary {
 public:
  static Result<Temporary> write(int directory, const Record& record) {
    const std::string text = to_json(record);
    if (text.size() > kMaxRecordBytes)
      return Error{Errc::invalid,
                   "a record of " + std::to_string(text.size()) +
                       " bytes is over " + std::to_string(kMaxRecordBytes) +
                       ": " + record.name,
                   "shorten its icon or extra"};
    const std::string file = "." + record.name + "." + random_label() + ".tmp";
    UniqueFd fd(::openat(directory, file.c_str(),
                         O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                         0600));
    if (!fd) return errno_error(errno, "create record " + file);
    Temporary made(directory, file, closed_first(std::move(fd)));
    if (auto ok = made.fill(text); !ok) return ok.error();
    return made;
  }
  Temporary(Temporary&& other) noexcept
      : directory_(other.directory_),
        file_(std::move(other.file_)),
        written_(std::move(other.written_)) {
    other.file_.clear();
  }
  Temporary& operator=(Temporary&&) = delete;
  ~Temporary() {
    if (!file_.empty()) ::unlinkat(directory_, file_.c_str(), 0);
  }

  // 0, or errno. From success on, the name belongs to the record.
  int rename_to(const std::string& name, unsigned flags) {
    const std::string target = file_of(name);
    if (::syscall(SYS_renameat2, directory_, file_.c_str(), directory_,
                  target.c_str(), flags) != 0)
      return errno;
    file_.clear();
    return 0;
  }
  WrittenFile take() { return std::move(written_); }

 private:
  Temporary(int directory, std::string file, UniqueFd fd)
      : directory_(directory), file_(std::move(file)) {
    written_.fd = std::move(fd);
  }

  Result<void> fill(const std::string& text) {
    // Whatever the umask took away, readers insist on 0600.
    if (::fchmod(written_.fd.get(), 0600) != 0)
      return errno_error(errno, "chmod record " + file_);
    auto locked = try_lock(written_.fd.get(), kOwnerByte, file_);
    if (!locked) return locked.error();
    if (!*locked)
      return Error{Errc::failed, "somebody locked a new record: " + file_};
    auto ok = write_all(written_.fd.get(), text, "record " + file_);
    if (!ok) return ok;
    // Before others know the name: later it may be as a stranger left it.
    if (::fstat(written_.fd.get(), &written_.info) != 0)
      return errno_error(errno, "stat record " + file_);
    return {};
  }

  int directory_;
  std::string file_;
  WrittenFile written_;
};

// Whether the name leads to the open file. False: to another, or to none. A
// look that fails is neither: who took it for "no" would take its own record
// for another owner's.
Result<bool> same_file(int directory, const std::string& file, int fd) {
  struct stat by_name {};
  struct stat by_fd {};
  if (::fstat(fd, &by_fd) != 0)
    return errno_error(errno, "stat open record " + file);
  if (::fstatat(directory, file.c_str(), &by_name, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return false;
    return errno_error(errno, "stat record " + file);
  }
  return by_name.st_ino == by_fd.st_ino && by_name.st_dev == by_fd.st_dev;
}

bool has_name(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && info.st_nlink > 0;
}

enum class Burial { done, busy, changed };

// Runs `act` on a dead record while nobody else can take it over or reap it,
// and only if it is still the same dead file. `act` gives 0 or errno.
template <class Act>
Result<Burial> bury(int directory, const std::string& name, Act act) {
  const std::string file = file_of(name);
  UniqueFd fd(::openat(directory, file.c_str(),
                       O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd) {
    if (errno == ENOENT) return Burial::changed;
    return errno_error(errno, "open dead record " + file);
  }
  auto mine = try_lock(fd.get(), kMorticianByte, file);
  if (!mine) return mine.error();
  if (!*mine) return Burial::busy;
  auto alive = is_locked(fd.get(), kOwnerByte, file);
  if (!alive) return alive.error();
  // Without the second look another process's new record would be replaced.
  auto same = same_file(directory, file, fd.get());
  if (!same) return same.error();
  if (*alive || !*same) return Burial::changed;
  if (const int err = act(); err != 0)
    return errno_error(err, "replace dead record " + file);
  return Burial::done;
}

Error already_running(const Entry& entry) {
  std::string message = "already running: " + entry.name;
  if (entry.record)
    message += " (pid " + std::to_string(entry.record->pid) + ", port " +
               std::to_string(entry.record->endpoint.port) + ", since " +
               entry.record->started_at + ")";
  return {Errc::already_running, message};
}

Error not_ours(const std::filesystem::path& directory, const Entry& entry) {
  const auto path = (directory / file_of(entry.name)).string();
  return {
      Errc::denied,
      "cannot publish over what is there (" + entry.problem + "): " + path,
      "mend what it names; or, where it is of no use, remove it: rm " + path};
}

// One try to give the temporary the record's name.
enum class Step { done, again };

Result<Step> place(const std::filesystem::path& directory, int dirfd,
                   const std::string& name, Temporary& temporary,
                   Backoff& backoff) {
  const int err = temporary.rename_to(name, RENAME_NOREPLACE);
  if (err == 0) return Step::done;
  if (err != EEXIST) return errno_error(err, "publish record " + name);
  auto entry = read_record_at(dirfd, name);
  if (!entry) {
    if (entry.error().code == Errc::not_found) return Step::again;
    return entry.error();
  }
  if (entry->liveness == Liveness::alive) {
    // A record that was spoiled, or moved here from another name, is published
    // anew by its owner, and what is left here is dead.
    if (!entry->record && backoff.wait(kHealLimit)) return Step::again;
    return already_running(*entry);
  }
  if (entry->liveness == Liveness::unknown) return not_ours(directory, *entry);
  auto burial = bury(dirfd, name, [&] { return temporary.rename_to(name, 0); });
  if (!burial) return burial.error();
  if (*burial == Burial::done) return Step::done;
  if (!backoff.wait())
    return Error{Errc::timed_out, "others are busy with the record: " + name};
  return Step::again;
}

// ENOENT for a temporary that we made: a sweeper took it between its creation
// and its lock. Write another.
bool was_swept(const Error& error) { return error.code == Errc::not_found; }

Result<WrittenFile> publish_at(const std::filesystem::path& directory,
                               int dirfd, const Record& record,
                               milliseconds limit) {
  Backoff backoff(limit);
  for (;;) {
    auto temporary = Temporary::write(dirfd, record);
    if (!temporary) return temporary.error();
    Result<Step> step = Step::again;
    while (step && *step == Step::again)
      step = place(directory, dirfd, record.name, *temporary, backoff);
    if (step) return temporary->take();
    if (!was_swept(step.error()) || !backoff.wait()) return step.error();
  }
}

// The same over the own record.
Result<WrittenFile> replace_at(int dirfd, const Record& record) {
  Backoff backoff(kHealLimit);
  for (;;) {
    auto temporary = Temporary::write(dirfd, record);
    if (!temporary) return temporary.error();
    const int err = temporary->rename_to(record.name, 0);
    if (err == 0) return temporary->take();
    Error error = errno_error(err, "change record " + record.name);
    if (!was_swept(error) || !backoff.wait()) return error;
  }
}

bool is_leftover(int directory, const std::string& file) {
  UniqueFd fd(::openat(directory, file.c_str(),
                       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode))
    return false;
  const auto locked = is_locked(fd.get(), kOwnerByte, file);
  const auto same = same_file(directory, file, fd.get());
  return locked && !*locked && same && *same;
}

}  // namespace

PublishedFile::PublishedFile(std::filesystem::path directory, std::string name,
                             WrittenFile file)
    : directory_(std::move(directory)),
      name_(std::move(name)),
      file_(std::move(file)) {}

Result<PublishedFile> PublishedFile::publish(
    const std::filesystem::path& directory, const Record& record,
    milliseconds limit) {
  if (auto ok = check(record); !ok) return ok.error();
  auto dirfd = make_directory(directory);
  if (!dirfd) return dirfd.error();
  auto file = publish_at(directory, dirfd->get(), record, limit);
  if (!file) return file.error();
  return PublishedFile(directory, record.name, std::move(*file));
}

Result<void> PublishedFile::change(const Record& record) {
  if (auto ok = check(record); !ok) return ok.error();
  auto dirfd = make_directory(directory_);
  if (!dirfd) return dirfd.error();
  Result<bool> mine = false;
  if (file_.fd) mine = same_file(dirfd->get(), file_of(name_), file_.fd.get());
  if (!mine) return mine.error();
  // Where somebody took the name away: never rename over who has it now. And
  // let go of the old file: by another name it stands in that one's way.
  if (!*mine && has_name(file_.fd.get())) file_.fd.reset();
  auto file = *mine ? replace_at(dirfd->get(), record)
                    : publish_at(directory_, dirfd->get(), record, kHealLimit);
  if (!file) return file.error();
  file_ = std::move(*file);  // the old one has no name any more
  return {};
}

Result<void> PublishedFile::withdraw() {
  const UniqueFd ended = std::move(file_.fd);  // closed last, whatever happens
  if (!ended) return {};                       // it was lost before
  auto dirfd = open_directory(directory_);
  if (!dirfd) {
    if (dirfd.error().code == Errc::not_found) return {};
    return dirfd.error();
  }
  const std::string file = file_of(name_);
  auto mine = same_file(dirfd->get(), file, ended.get());
  if (!mine) return mine.error();
  if (*mine && ::unlinkat(dirfd->get(), file.c_str(), 0) != 0 &&
      errno != ENOENT)
    return errno_error(errno, "withdraw record " + file);
  return {};
}

PublishedFile::Standing PublishedFile::standing() const {
  struct stat by_name {};
  struct stat by_fd {};
  const auto path = directory_ / file_of(name_);
  if (::fstat(file_.fd.get(), &by_fd) != 0 ||
      ::lstat(path.c_str(), &by_name) != 0 || by_name.st_ino != by_fd.st_ino ||
      by_name.st_dev != by_fd.st_dev)
    return Standing::replaced_or_gone;
  const bool closed = (by_fd.st_mode & 07777) == 0600 && by_fd.st_nlink == 1 &&
                      by_fd.st_uid == ::geteuid();
  if (!closed) return Standing::opened_up;
  // Not st_ctim: that moves with every attribute that an indexer adds.
  const bool as_written = by_fd.st_size == file_.info.st_size &&
                          by_fd.st_mtim.tv_sec == file_.info.st_mtim.tv_sec &&
                          by_fd.st_mtim.tv_nsec == file_.info.st_mtim.tv_nsec;
  return as_written ? Standing::good : Standing::written_to;
}

Result<bool> reap_record(const std::filesystem::path& directory,
                         const std::string& name, milliseconds limit) {
  if (!is_record_name(name)) return false;
  auto dirfd = open_directory(directory);
  if (!dirfd) {
    if (dirfd.error().code == Errc::not_found) return false;
    return dirfd.error();
  }
  Backoff backoff(limit);
  for (;;) {
    auto entry = read_record_at(dirfd->get(), name);
    if (!entry) {
      if (entry.error().code == Errc::not_found) return false;
      return entry.error();
    }
    if (entry->liveness == Liveness::alive) return false;
    if (entry->liveness == Liveness::unknown)
      return not_ours(directory, *entry);
    auto burial = bury(dirfd->get(), name, [&] {
      return ::unlinkat(dirfd->get(), file_of(name).c_str(), 0) == 0 ? 0
                                                                     : errno;
    });
    if (!burial) return burial.error();
    if (*burial == Burial::done) return true;
    if (!backoff.wait())
      return Error{Errc::timed_out, "others are busy with the record: " + name};
  }
}

Result<int> remove_leftovers(const std::filesystem::path& directory) {
  auto dirfd = open_directory(directory);
  if (!dirfd) {
    if (dirfd.error().code == Errc::not_found) return 0;
    return dirfd.error();
  }
  const int fd = dirfd->get();
  auto files = file_names(fd, directory);
  if (!files) return files.error();
  int removed = 0;
  for (const auto& file : *files) {
    if (!file.starts_with('.') || !file.ends_with(".tmp")) continue;
    if (is_leftover(fd, file) && ::unlinkat(fd, file.c_str(), 0) == 0)
      ++removed;
  }
  return removed;
}

}  // namespace berth::registry
