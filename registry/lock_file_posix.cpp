#include <fcntl.h>

#include <cerrno>
#include <utility>

#include "registry/lock_file.h"

namespace berth::registry {
namespace {

struct flock lock_of(short type, off_t byte, off_t count) {
  struct flock lock {};  // l_pid must be 0 for the F_OFD_ commands
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = count;
  return lock;
}

constexpr int kHighNumber = 1000;

}  // namespace

UniqueFd closed_first(UniqueFd fd) {
  UniqueFd high(::fcntl(fd.get(), F_DUPFD_CLOEXEC, kHighNumber));
  return high ? std::move(high) : std::move(fd);
}

Result<bool> try_lock(int fd, off_t byte, const std::string& subject,
                      off_t count) {
  auto lock = lock_of(F_WRLCK, byte, count);
  if (::fcntl(fd, F_OFD_SETLK, &lock) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  return errno_error(errno, "lock " + subject);
}

Result<bool> is_locked(int fd, off_t byte, const std::string& subject,
                       off_t count) {
  auto lock = lock_of(F_WRLCK, byte, count);
  if (::fcntl(fd, F_OFD_GETLK, &lock) != 0)
    return errno_error(errno, "probe lock of " + subject);
  return lock.l_type != F_UNLCK;
}

void unlock(int fd, off_t byte) {
  auto lock = lock_of(F_UNLCK, byte, 1);
  ::fcntl(fd, F_OFD_SETLK, &lock);  // giving back what is ours cannot fail
}

}  // namespace berth::registry
