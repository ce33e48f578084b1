// The lock that says "alive". Open-file-description locks (fcntl(2),
// F_OFD_SETLK): the kernel frees them when the last descriptor of that open
// goes, so also at kill -9. Never duplicate, map or hand on a descriptor that
// holds one. The bytes lie beyond any content, so that the same layout works
// where locks are mandatory. Any thread.
#pragma once

#include <sys/types.h>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth::registry {

// Held by the owner of a record, or of a claim, for life.
inline constexpr off_t kOwnerByte = off_t{1} << 30;
// Held for a moment by who takes over or reaps a dead record.
inline constexpr off_t kMorticianByte = kOwnerByte + 1;

// The same open file under a high number, for what is to be locked for life:
// before it is locked. The kernel closes what a killed process had open from
// the highest number down, and takes its time for connections and inotifies:
// what is above them is known to be free before. Where a number may not be so
// high, `fd` itself.
[[nodiscard]] UniqueFd closed_first(UniqueFd fd);

// Takes the exclusive lock on `count` bytes from `byte` on, all or none,
// without waiting; false: somebody else has one of them. `fd` must be open for
// writing. `subject` names the file in errors.
[[nodiscard]] Result<bool> try_lock(int fd, off_t byte,
                                    const std::string& subject,
                                    off_t count = 1);

// Whether another open of the file holds the lock on one of them. Never takes
// it, so a probe cannot get in the owner's way; works on a read-only
// descriptor.
[[nodiscard]] Result<bool> is_locked(int fd, off_t byte,
                                     const std::string& subject,
                                     off_t count = 1);

// Gives one byte back; the others stay locked.
void unlock(int fd, off_t byte);

}  // namespace berth::registry
