// The directory that is the registry: private, local, the user's own.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth::registry {

// Opens the directory. Errc::denied, with the path and what to do, when others
// could read or change it, or a parent of it, when it is itself a link, or when
// its filesystem keeps locks from other processes of the user (NFS, SMB, 9p,
// FUSE). Errc::not_found: it does not exist (nothing was ever published).
// Blocking; any thread.
[[nodiscard]] Result<UniqueFd> open_directory(
    const std::filesystem::path& path);

// The same, after making it (and its parents) 0700 where it does not exist.
[[nodiscard]] Result<UniqueFd> make_directory(
    const std::filesystem::path& path);

// Opens the directory again and again and judges it once, and anew where
// another one has the path, or another owner or mode: what its parents are
// matters only for whose it is. It is not kept open: while anybody has it open,
// the kernel tells no watcher that it was removed. One thread at a time.
class JudgedDirectory {
 public:
  explicit JudgedDirectory(const std::filesystem::path& path);

  // As open_directory().
  [[nodiscard]] Result<UniqueFd> open();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::optional<struct stat> judged_;
};

// The names of all that is in an open directory, unsorted, with "." and "..".
// `path` is for errors.
[[nodiscard]] Result<std::vector<std::string>> file_names(
    int directory, const std::filesystem::path& path);

// Errc::denied where `path`, or its nearest existing parent, lies on a
// filesystem that cannot carry a registry.
[[nodiscard]] Result<void> check_filesystem(const std::filesystem::path& path);

}  // namespace berth::registry
