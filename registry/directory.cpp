#include "registry/directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>
#include <string>

#include "registry/base/files.h"

namespace berth::registry {
namespace {

namespace fs = std::filesystem;

constexpr const char* kElsewhere =
    "set BERTH_REGISTRY to a private directory on a local disk";

// statfs(2) f_type, from linux/magic.h and the filesystems' own sources.
const char* remote_filesystem(long type) {
  switch (static_cast<unsigned long>(type) & 0xffffffffUL) {
    case 0x6969UL:
      return "NFS";
    case 0x517bUL:
    case 0xfe534d42UL:
    case 0xff534d42UL:
      return "SMB";
    case 0x01021997UL:
      return "9p";
    case 0x65735546UL:
      return "FUSE";
    default:
      return nullptr;
  }
}

// A group of which the user is the only member, by the usual convention that
// it has the user's own number: many systems make 0775 directories with it.
bool is_private_group(const struct stat& info) {
  return info.st_gid == 0 || (info.st_gid == info.st_uid &&
                              info.st_uid == ::geteuid());
}

Result<void> check_parent(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0)
    return errno_error(errno, "stat " + path.string());
  if (info.st_uid != 0 && info.st_uid != ::geteuid())
    return Error{Errc::denied,
                 "parent directory belongs to another user: " + path.string(),
                 kElsewhere};
  const bool writable =
      (info.st_mode & S_IWOTH) != 0 ||
      ((info.st_mode & S_IWGRP) != 0 && !is_private_group(info));
  if (writable && (info.st_mode & S_ISVTX) == 0)
    return Error{Errc::denied,
                 "others can rename in parent directory: " + path.string(),
                 "chmod go-w " + path.string() + ", or " + kElsewhere};
  return {};
}

Result<void> check_own(int fd, const fs::path& path) {
  struct stat info {};
  if (::fstat(fd, &info) != 0)
    return errno_error(errno, "stat " + path.string());
  if (info.st_uid != ::geteuid())
    return Error{Errc::denied,
                 "registry belongs to another user: " + path.string(),
                 kElsewhere};
  if ((info.st_mode & 077) != 0)
    return Error{Errc::denied, "registry is open to others: " + path.string(),
                 "chmod 700 " + path.string()};
  return {};
}

}  // namespace

Result<void> check_filesystem(const fs::path& path) {
  struct statfs info {};
  fs::path place = path;
  while (::statfs(place.c_str(), &info) != 0) {
    if (errno != ENOENT || place == place.parent_path())
      return errno_error(errno, "statfs " + place.string());
    place = place.parent_path();
  }
  if (const char* type = remote_filesystem(info.f_type))
    return Error{Errc::denied,
                 std::string("locks on ") + type +
                     " do not reach every process: " + path.string(),
                 kElsewhere};
  return {};
}

Result<UniqueFd> open_directory(const fs::path& path) {
  if (!path.is_absolute())
    return Error{Errc::invalid, "not an absolute path: " + path.string(),
                 kElsewhere};
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) {
    const int err = errno;
    return errno_error(err, "open registry " + path.string());
  }
  if (auto ok = check_own(fd.get(), path); !ok) return ok.error();
  for (fs::path parent = path; parent != parent.parent_path();) {
    parent = parent.parent_path();
    if (auto ok = check_parent(parent); !ok) return ok.error();
  }
  if (auto ok = check_filesystem(path); !ok) return ok.error();
  return fd;
}

Result<UniqueFd> make_directory(const fs::path& path) {
  if (::access(path.c_str(), F_OK) != 0) {
    // Asked first, so that nothing is left behind on a refused filesystem.
    if (auto ok = check_filesystem(path); !ok) return ok.error();
    if (auto made = make_private_directory(path); !made) return made.error();
  }
  return open_directory(path);
}

}  // namespace berth::registry
