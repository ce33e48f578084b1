#include "registry/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>
#include <memory>
#include <system_error>

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
  return info.st_gid == 0 ||
         (info.st_gid == info.st_uid && info.st_uid == ::geteuid());
}

// Whether `path` is safe from others; the value: it is a link.
Result<bool> check_parent(const fs::path& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0)
    return errno_error(errno, "stat " + path.string());
  if (info.st_uid != 0 && info.st_uid != ::geteuid())
    return Error{Errc::denied,
                 "parent directory belongs to another user: " + path.string(),
                 kElsewhere};
  if (S_ISLNK(info.st_mode)) return true;
  const bool writable =
      (info.st_mode & S_IWOTH) != 0 ||
      ((info.st_mode & S_IWGRP) != 0 && !is_private_group(info));
  if (writable && (info.st_mode & S_ISVTX) == 0)
    return Error{Errc::denied,
                 "others can rename in parent directory: " + path.string(),
                 "chmod go-w " + path.string() + ", or " + kElsewhere};
  return false;
}

Result<void> check_parents(const fs::path& path) {
  bool through_link = false;
  for (fs::path parent = path; parent != parent.parent_path();) {
    parent = parent.parent_path();
    auto link = check_parent(parent);
    if (!link) return link.error();
    through_link = through_link || *link;
  }
  if (!through_link) return {};
  // What the links lead through counts as well.
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error) return errno_error(error.value(), "resolve " + path.string());
  return check_parents(real);
}

Result<void> check_type(const struct statfs& info, const fs::path& path) {
  if (const char* type = remote_filesystem(info.f_type))
    return Error{Errc::denied,
                 std::string("locks on ") + type +
                     " do not reach every process: " + path.string(),
                 kElsewhere};
  return {};
}

bool is_same(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino &&
         a.st_mode == b.st_mode && a.st_uid == b.st_uid;
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

// O_NOFOLLOW has no effect on a name that ends in a slash.
fs::path place_of(const fs::path& path) {
  return path.has_filename() ? path : path.parent_path();
}

Result<UniqueFd> open_place(const fs::path& place) {
  if (!place.is_absolute())
    return Error{Errc::invalid, "not an absolute path: " + place.string(),
                 kElsewhere};
  UniqueFd fd(
      ::open(place.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (fd) return fd;
  const int err = errno;
  // With O_DIRECTORY Linux answers ENOTDIR for a link too.
  if (err == ENOTDIR || err == ELOOP)
    return Error{Errc::denied,
                 "not a directory, or a link to one: " + place.string(),
                 kElsewhere};
  return errno_error(err, "open registry " + place.string());
}

Result<void> judge(int fd, const fs::path& place) {
  if (auto ok = check_own(fd, place); !ok) return ok.error();
  if (auto ok = check_parents(place); !ok) return ok.error();
  struct statfs info {};
  if (::fstatfs(fd, &info) != 0)
    return errno_error(errno, "statfs " + place.string());
  return check_type(info, place);
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
  return check_type(info, path);
}

Result<UniqueFd> open_directory(const fs::path& path) {
  const fs::path place = place_of(path);
  auto fd = open_place(place);
  if (!fd) return fd;
  if (auto ok = judge(fd->get(), place); !ok) return ok.error();
  return fd;
}

JudgedDirectory::JudgedDirectory(const fs::path& path)
    : path_(place_of(path)) {}

Result<UniqueFd> JudgedDirectory::open() {
  auto fd = open_place(path_);
  if (!fd) return fd;
  struct stat now {};
  if (::fstat(fd->get(), &now) != 0)
    return errno_error(errno, "stat " + path_.string());
  if (judged_ && is_same(now, *judged_)) return fd;
  judged_.reset();
  if (auto ok = judge(fd->get(), path_); !ok) return ok.error();
  judged_ = now;
  return fd;
}

Result<std::vector<std::string>> file_names(int directory,
                                            const fs::path& path) {
  // The stream closes what it is given; a copy would share its place with all
  // who have read it before.
  const int own =
      ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* opened = own < 0 ? nullptr : ::fdopendir(own);
  if (opened == nullptr) {
    const int err = errno;
    if (own >= 0) ::close(own);
    return errno_error(err, "read directory " + path.string());
  }
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(opened, ::closedir);
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* item = ::readdir(stream.get());
    if (item == nullptr) break;
    names.emplace_back(item->d_name);
  }
  if (errno != 0) return errno_error(errno, "read directory " + path.string());
  return names;
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
