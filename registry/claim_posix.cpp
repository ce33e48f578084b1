#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "registry/base/files.h"
#include "registry/claim.h"
#include "registry/lock_file.h"

namespace berth::registry {

Result<Claim> Claim::take(const std::filesystem::path& file) {
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
  if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode) ||
      info.st_uid != ::geteuid())
    return Error{Errc::denied, "not a file of ours: " + file.string(),
                 "move it away"};
  if (::fchmod(fd.get(), 0600) != 0)
    return errno_error(errno, "chmod claim " + file.string());
  auto locked = try_lock(fd.get(), kOwnerByte, file.string());
  if (!locked) return locked.error();
  if (!*locked) return Error{Errc::already_running, "in use: " + file.string()};
  // Whoever removed the data directory meanwhile took the meaning of the lock.
  struct stat by_name {};
  if (::lstat(file.c_str(), &by_name) != 0 || by_name.st_ino != info.st_ino ||
      by_name.st_dev != info.st_dev)
    return Error{Errc::failed, "removed while it was taken: " + file.string(),
                 "try again"};
  return Claim(std::move(fd));
}

Result<bool> Claim::is_taken(const std::filesystem::path& file) {
  UniqueFd fd(
      ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) {
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return errno_error(errno, "open claim " + file.string());
  }
  return is_locked(fd.get(), kOwnerByte, file.string());
}

}  // namespace berth::registry
