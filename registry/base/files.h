// Files and directories of the user's own. Blocking; any thread.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth {

// The whole file. `limit` in bytes: a larger file is Errc::invalid. A file
// that is no regular file is Errc::invalid and never blocks (FIFO).
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t limit);
// The same from a descriptor, from its current position.
[[nodiscard]] Result<std::string> read_all(int fd, std::size_t limit,
                                           const std::string& subject);

// Writes everything or fails: a short write is gone on with. `subject` names
// the file in the error.
[[nodiscard]] Result<void> write_all(int fd, std::string_view bytes,
                                     const std::string& subject);

// Replaces `path` as a whole by one rename: a reader and a crash see the old
// or the new content, never a part. Mode 0600, synced to disk before the
// rename. On failure the old content stays.
// `not_synced` saves the milliseconds of a disk: after a power cut the file may
// be the old one, or empty.
enum class Durability { synced, not_synced };
[[nodiscard]] Result<void> replace_file(
    const std::filesystem::path& path, std::string_view bytes,
    Durability durability = Durability::synced);

// Makes `path` (and its missing parents), each 0700 whatever the umask. An
// existing one must be a directory of ours that nobody else can write:
// otherwise Errc::denied, with what to do.
[[nodiscard]] Result<void> make_private_directory(
    const std::filesystem::path& path);

}  // namespace berth
