#include "registry/base/files.h"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "registry/base/random.h"

namespace berth {

namespace fs = std::filesystem;

Error errno_error(int err, std::string what) {
  Errc code = Errc::failed;
  switch (err) {
    case ENOENT:
      code = Errc::not_found;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = Errc::denied;
      break;
    case ENOSPC:
    case EDQUOT:
      code = Errc::no_space;
      break;
    case ETIMEDOUT:
      code = Errc::timed_out;
      break;
    default:
      break;
  }
  return {code, std::move(what) + ": " + std::strerror(err)};
}

Result<std::string> read_all(int fd, std::size_t limit,
                             const std::string& subject) {
  std::string text;
  std::array<char, 16384> chunk;
  for (;;) {
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got == 0) return text;
    if (got < 0) {
      if (errno == EINTR) continue;
      return errno_error(errno, "read " + subject);
    }
    text.append(chunk.data(), static_cast<std::size_t>(got));
    if (text.size() > limit)
      return Error{Errc::invalid, "larger than " + std::to_string(limit) +
                                      " bytes: " + subject};
  }
}

Result<std::string> read_file(const fs::path& path, std::size_t limit) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return errno_error(errno, "open " + path.string());
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0)
    return errno_error(errno, "stat " + path.string());
  if (!S_ISREG(info.st_mode))
    return Error{Errc::invalid, "not a regular file: " + path.string()};
  return read_all(fd.get(), limit, path.string());
}

Result<void> write_all(int fd, std::string_view bytes,
                       const std::string& subject) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0) {
      if (errno == EINTR) continue;
      return errno_error(errno, "write " + subject);
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> replace_file(const fs::path& path, std::string_view bytes,
                          Durability durability) {
  const fs::path temporary =
      path.parent_path() /
      ("." + path.filename().string() + "." + random_label() + ".tmp");
  UniqueFd fd(::open(temporary.c_str(),
                     O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                     0600));
  if (!fd) return errno_error(errno, "create " + temporary.string());
  const auto fail = [&](Error error) -> Result<void> {
    ::unlink(temporary.c_str());
    return error;
  };
  if (::fchmod(fd.get(), 0600) != 0)
    return fail(errno_error(errno, "chmod " + temporary.string()));
  if (auto written = write_all(fd.get(), bytes, path.string()); !written)
    return fail(written.error());
  if (durability == Durability::synced && ::fsync(fd.get()) != 0)
    return fail(errno_error(errno, "sync " + path.string()));
  if (::rename(temporary.c_str(), path.c_str()) != 0)
    return fail(errno_error(errno, "rename to " + path.string()));
  return {};
}

Result<void> make_private_directory(const fs::path& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    if (errno != ENOENT) return errno_error(errno, "stat " + path.string());
    if (path.has_parent_path() && path.parent_path() != path) {
      std::error_code ignored;
      if (!fs::exists(path.parent_path(), ignored)) {
        auto made = make_private_directory(path.parent_path());
        if (!made) return made;
      }
    }
    if (::mkdir(path.c_str(), 0700) == 0) {
      // The umask may have taken bits of ours away.
      if (::chmod(path.c_str(), 0700) != 0)
        return errno_error(errno, "chmod " + path.string());
      return {};
    }
    if (errno != EEXIST)
      return errno_error(errno, "make directory " + path.string());
    if (::lstat(path.c_str(), &info) != 0)
      return errno_error(errno, "stat " + path.string());
  }
  // A link of the user's own (data on another disk) is followed.
  if (S_ISLNK(info.st_mode) && ::stat(path.c_str(), &info) != 0)
    return errno_error(errno, "stat " + path.string());
  if (!S_ISDIR(info.st_mode))
    return Error{Errc::denied, "not a directory: " + path.string(),
                 "move it away, or set BERTH_HOME to another place"};
  if (info.st_uid != ::geteuid())
    return Error{Errc::denied, "belongs to another user: " + path.string(),
                 "set BERTH_HOME to a directory of your own"};
  if ((info.st_mode & 022) != 0)
    return Error{Errc::denied, "others can write to it: " + path.string(),
                 "chmod 700 " + path.string()};
  return {};
}

}  // namespace berth
