#include "registry/record_reader.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "registry/base/files.h"
#include "registry/directory.h"
#include "registry/lock_file.h"

namespace berth::registry {
namespace {

constexpr std::string_view kSuffix = ".json";
constexpr const char* kNotRegular = "not a regular file";

Entry unknown(const std::string& name, std::string problem) {
  Entry entry;
  entry.name = name;
  entry.problem = std::move(problem);
  return entry;
}

// Why a file is no record of ours, or nullptr.
const char* foreign(const struct stat& info) {
  if (!S_ISREG(info.st_mode)) return kNotRegular;
  if (info.st_uid != ::geteuid()) return "belongs to another user";
  if ((info.st_mode & 07777) != 0600) return "mode is not 0600";
  if (info.st_nlink > 1) return "has more than one link";
  return nullptr;
}

// By one read: of a regular file, one that comes back short has met the end.
Result<std::string> read_text(int fd, off_t size, const std::string& file) {
  const auto expected = static_cast<std::size_t>(size);
  if (expected > kMaxRecordBytes)
    return Error{Errc::invalid, "larger than " +
                                    std::to_string(kMaxRecordBytes) +
                                    " bytes: " + file};
  std::string text(expected + 1, '\0');
  ssize_t got = 0;
  do got = ::read(fd, text.data(), text.size());
  while (got < 0 && errno == EINTR);
  if (got < 0) return errno_error(errno, "read " + file);
  text.resize(static_cast<std::size_t>(got));
  if (text.size() > expected)
    return Error{Errc::invalid, "written to while it was read: " + file};
  return text;
}

void parse(Entry& entry, const std::string& text) {
  auto record = parse_record(text);
  if (!record) {
    entry.problem = "damaged: " + record.error().message;
  } else if (record->name != entry.name) {
    entry.problem = "damaged: holds the record of another name";
  } else {
    entry.record = std::move(*record);
  }
}

Liveness dead_or_stopped(const Entry& entry) {
  const bool restarted = entry.record && !entry.record->boot_id.empty() &&
                         !current_boot_id().empty() &&
                         entry.record->boot_id != current_boot_id();
  return restarted ? Liveness::stopped : Liveness::dead;
}

enum class Name { same, gone, replaced };

Name look_again(int directory, const std::string& file,
                const struct stat& info) {
  struct stat now {};
  if (::fstatat(directory, file.c_str(), &now, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT ? Name::gone : Name::replaced;
  return now.st_ino == info.st_ino && now.st_dev == info.st_dev
             ? Name::same
             : Name::replaced;
}

Error gone(const std::string& name) {
  return {Errc::not_found, "no record: " + name};
}

// In order: names are quicker to sort than what is read of them.
std::vector<std::string> record_names(std::vector<std::string> files) {
  std::erase_if(files, [](std::string& file) {
    if (file.starts_with('.') || !file.ends_with(kSuffix)) return true;
    file.resize(file.size() - kSuffix.size());
    return !is_record_name(file);
  });
  std::sort(files.begin(), files.end());
  return files;
}

// One look; nullopt: the name changed meanwhile, look again.
std::optional<Result<Entry>> look(int directory, const std::string& name) {
  const std::string file = name + std::string(kSuffix);
  // O_NONBLOCK: a FIFO would block for ever. O_NOFOLLOW: no link is a record.
  UniqueFd fd(
      ::openat(directory, file.c_str(),
               O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY));
  if (!fd) {
    const int err = errno;
    if (err == ENOENT) return Result<Entry>(gone(name));
    if (err == ELOOP) return Result<Entry>(unknown(name, "a symbolic link"));
    // A socket cannot be opened.
    if (err == ENXIO) return Result<Entry>(unknown(name, kNotRegular));
    return Result<Entry>(unknown(name, errno_error(err, "open").message));
  }
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0)
    return Result<Entry>(unknown(name, errno_error(errno, "stat").message));
  if (info.st_nlink == 0) return std::nullopt;
  if (const char* why = foreign(info)) return Result<Entry>(unknown(name, why));

  Entry entry;
  entry.name = name;
  auto text = read_text(fd.get(), info.st_size, file);
  if (!text) {
    entry.problem = "damaged: " + text.error().message;
  } else {
    parse(entry, *text);
  }
  auto locked = is_locked(fd.get(), kOwnerByte, file);
  if (!locked) return Result<Entry>(unknown(name, locked.error().message));
  if (*locked) {
    entry.liveness = Liveness::alive;
    return Result<Entry>(std::move(entry));
  }
  switch (look_again(directory, file, info)) {
    case Name::same:
      entry.liveness = dead_or_stopped(entry);
      return Result<Entry>(std::move(entry));
    case Name::gone:
      return Result<Entry>(gone(name));
    case Name::replaced:
      break;
  }
  return std::nullopt;
}

}  // namespace

const char* to_string(Liveness liveness) {
  switch (liveness) {
    case Liveness::alive:
      return "alive";
    case Liveness::dead:
      return "dead";
    case Liveness::stopped:
      return "stopped";
    case Liveness::unknown:
      return "unknown";
  }
  return "unknown";
}

const std::string& current_boot_id() {
  // Never destroyed: the thread of the C library may read it during exit().
  static const std::string& id = *new std::string([] {
    auto text = read_file("/proc/sys/kernel/random/boot_id", 64);
    if (!text) return std::string();
    return text->substr(0, text->find('\n'));
  }());
  return id;
}

Result<Entry> read_record_at(int directory, const std::string& name) {
  // An owner that changes its record all the time is alive: eight looks in a
  // row that each meet another file are no sane registry.
  for (int tries = 0; tries < 8; ++tries)
    if (auto entry = look(directory, name)) return std::move(*entry);
  return unknown(name, "changes faster than it can be read");
}

Result<Entry> read_record(JudgedDirectory& directory, const std::string& name) {
  if (!is_record_name(name)) return gone(name);
  auto fd = directory.open();
  if (!fd) return fd.error().code == Errc::not_found ? gone(name) : fd.error();
  return read_record_at(fd->get(), name);
}

Result<Entry> read_record(const std::filesystem::path& directory,
                          const std::string& name) {
  JudgedDirectory judged(directory);
  return read_record(judged, name);
}

Result<std::vector<Entry>> read_records(JudgedDirectory& directory) {
  std::vector<Entry> entries;
  auto fd = directory.open();
  if (!fd) {
    if (fd.error().code == Errc::not_found) return entries;
    return fd.error();
  }
  auto names = file_names(fd->get(), directory.path());
  if (!names) return names.error();
  entries.reserve(names->size());
  for (const auto& name : record_names(std::move(*names)))
    if (auto entry = read_record_at(fd->get(), name))
      entries.push_back(std::move(*entry));
  return entries;
}

Result<std::vector<Entry>> read_records(
    const std::filesystem::path& directory) {
  JudgedDirectory judged(directory);
  return read_records(judged);
}

}  // namespace berth::registry
