#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "registry/base/files.h"
#include "registry/claim.h"
#include "registry/lock_file.h"

namespace berth::registry {
namespace {

constexpr off_t kCompanionByte = kOwnerByte + 1;
constexpr off_t kBoth = 2;

Error in_use(const std::string& subject) {
  return {Errc::already_running, "in use: " + subject};
}

Result<UniqueFd> open_claim(const std::filesystem::path& file) {
  if (auto made = make_private_directory(file.parent_path()); !made)
    return made.error();
  UniqueFd fd(::open(file.c_str(),
                     O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                     0600));
  if (!fd) {
    const int err = errno;
    return errno_error(err, "open claim " + file.string());
  }
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0)
    return errno_error(errno, "stat claim " + file.string());
  if (!S_ISREG(info.st_mode) || info.st_uid != ::geteuid())
    return Error{Errc::denied, "not a file of ours: " + file.string(),
                 "move it away"};
  if (::fchmod(fd.get(), 0600) != 0)
    return errno_error(errno, "chmod claim " + file.string());
  return closed_first(std::move(fd));
}

Result<void> lock(const UniqueFd& fd, off_t byte, off_t count,
                  const std::string& subject) {
  auto locked = try_lock(fd.get(), byte, subject, count);
  if (!locked) return locked.error();
  if (!*locked) return in_use(subject);
  return {};
}

// Whoever removed the data directory meanwhile took the meaning of the lock.
Result<void> check_name(const UniqueFd& fd, const std::filesystem::path& file) {
  struct stat by_fd {};
  struct stat by_name {};
  if (::fstat(fd.get(), &by_fd) != 0 ||
      (::lstat(file.c_str(), &by_name) != 0 && errno != ENOENT))
    return errno_error(errno, "stat claim " + file.string());
  if (by_name.st_ino == by_fd.st_ino && by_name.st_dev == by_fd.st_dev)
    return {};
  return Error{Errc::failed, "removed while it was taken: " + file.string(),
               "try again"};
}

Result<UniqueFd> take_bytes(const std::filesystem::path& file, off_t byte,
                            off_t count) {
  auto fd = open_claim(file);
  if (!fd) return fd.error();
  if (auto ok = lock(*fd, byte, count, file.string()); !ok) return ok.error();
  if (auto ok = check_name(*fd, file); !ok) return ok.error();
  return fd;
}

}  // namespace

Result<Claim> Claim::take(const std::filesystem::path& file) {
  auto fd = take_bytes(file, kOwnerByte, 1);
  if (!fd) return fd.error();
  return Claim(std::move(*fd));
}

Result<Claim> Claim::take_whole(const std::filesystem::path& file) {
  auto fd = take_bytes(file, kOwnerByte, kBoth);
  if (!fd) return fd.error();
  return Claim(std::move(*fd));
}

Result<Claim> Claim::take_beside(const std::filesystem::path& file) {
  auto fd = take_bytes(file, kCompanionByte, 1);
  if (!fd) return fd.error();
  Claim claim(std::move(*fd));
  auto joined = claim.is_joined();
  if (!joined) return joined.error();
  if (*joined) return in_use(file.string());
  return claim;
}

Result<bool> Claim::is_taken(const std::filesystem::path& file) {
  UniqueFd fd(
      ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) {
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return errno_error(errno, "open claim " + file.string());
  }
  return is_locked(fd.get(), kOwnerByte, file.string(), kBoth);
}

Result<bool> Claim::is_joined() const {
  return is_locked(fd_.get(), kOwnerByte, "claim");
}

Result<void> Claim::complete() { return lock(fd_, kOwnerByte, 1, "claim"); }

}  // namespace berth::registry
