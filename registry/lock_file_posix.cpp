#include <fcntl.h>

#include <cerrno>

#include "registry/lock_file.h"

namespace berth::registry {
namespace {

struct flock write_lock(off_t byte) {
  struct flock lock {};  // l_pid must be 0 for the F_OFD_ commands
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  return lock;
}

}  // namespace

Result<bool> try_lock(int fd, off_t byte, const std::string& subject) {
  auto lock = write_lock(byte);
  if (::fcntl(fd, F_OFD_SETLK, &lock) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  return errno_error(errno, "lock " + subject);
}

Result<bool> is_locked(int fd, off_t byte, const std::string& subject) {
  auto lock = write_lock(byte);
  if (::fcntl(fd, F_OFD_GETLK, &lock) != 0)
    return errno_error(errno, "probe lock of " + subject);
  return lock.l_type != F_UNLCK;
}

}  // namespace berth::registry
