#include <fcntl.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <vector>

#include "launcher/doctor_record.h"
#include "registry/base/unique_fd.h"
#include "registry/lock_file.h"

namespace berth::launcher {
namespace {

namespace fs = std::filesystem;
using Level = Finding::Level;

// proc_locks(5)
struct HeldLock {
  std::string kind;  // OFDLCK, POSIX, FLOCK, LEASE
  bool exclusive = false;
  std::string first, last;  // bytes; "EOF"
};

// "OFDLCK ADVISORY  WRITE -1 fe:00:11067841 1073741824 1073741824"
std::optional<HeldLock> parse_lock(const std::string& line,
                                   const struct stat& info) {
  std::istringstream words(line);
  std::string number, advisory, access, pid, file;
  HeldLock lock;
  words >> number >> lock.kind;
  if (lock.kind == "->") return std::nullopt;  // one that waits
  words >> advisory >> access >> pid >> file >> lock.first >> lock.last;
  lock.exclusive = access == "WRITE";
  unsigned device_major = 0, device_minor = 0;
  unsigned long long inode = 0;
  if (std::sscanf(file.c_str(), "%x:%x:%llu", &device_major, &device_minor,
                  &inode) != 3 ||
      inode != info.st_ino)
    return std::nullopt;
  // Of btrfs and overlayfs stat(2) tells another anonymous device than this.
  const bool same = device_major == major(info.st_dev) &&
                    (device_major == 0 || device_minor == minor(info.st_dev));
  return same ? std::optional(lock) : std::nullopt;
}

std::vector<HeldLock> locks_in(const fs::path& file, const struct stat& info) {
  std::vector<HeldLock> locks;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("lock:")) line.erase(0, 5);  // proc_pid_fdinfo(5)
    if (auto lock = parse_lock(line, info)) locks.push_back(std::move(*lock));
  }
  return locks;
}

bool is_owners(const HeldLock& lock) {
  const auto byte = std::to_string(registry::kOwnerByte);
  return lock.kind == "OFDLCK" && lock.exclusive && lock.first == byte &&
         lock.last == byte;
}

std::string name_of(const HeldLock& lock) {
  if (lock.kind == "FLOCK") return "a lock of flock(2)";
  const std::string call = lock.kind == "OFDLCK"  ? "F_OFD_SETLK"
                           : lock.kind == "POSIX" ? "F_SETLK (POSIX, lockf)"
                                                  : lock.kind;
  return std::string(lock.exclusive ? "an exclusive" : "a shared") +
         " lock of " + call + " on " +
         (lock.first == lock.last ? "byte " + lock.first
                                  : "bytes " + lock.first + " to " + lock.last);
}

std::string why_wrong(const HeldLock& lock) {
  if (lock.kind == "FLOCK")
    return ", which is none to readers: it cannot be asked for without taking "
           "it";
  if (lock.kind == "POSIX")
    return ", which goes when the process closes any descriptor of the file";
  if (lock.kind == "OFDLCK" && !lock.exclusive)
    return ", which others can hold too";
  return ", where no reader looks, or more than belongs to an owner";
}

// Which processes hold the owner's lock: those with a descriptor of that open
// of the file.
std::vector<std::string> holders(const struct stat& info) {
  std::vector<std::string> pids;
  std::error_code none;
  for (const auto& process : fs::directory_iterator("/proc", none)) {
    const std::string pid = process.path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    for (const auto& fd : fs::directory_iterator(process.path() / "fd", none)) {
      struct stat opened {};
      if (::stat(fd.path().c_str(), &opened) != 0 ||
          opened.st_ino != info.st_ino || opened.st_dev != info.st_dev)
        continue;
      const auto locks =
          locks_in(process.path() / "fdinfo" / fd.path().filename(), info);
      if (std::any_of(locks.begin(), locks.end(), is_owners))
        pids.push_back(pid);
    }
  }
  return pids;
}

std::string joined(const std::vector<std::string>& pids) {
  std::string all;
  for (const auto& pid : pids) all += (all.empty() ? "pid " : ", ") + pid;
  return all;
}

void examine_holders(const std::string& subject, const struct stat& info,
                     Findings& findings) {
  const auto pids = holders(info);
  if (pids.size() < 2) return;
  add_problem(findings, "lock", subject,
              "is held through more than one descriptor, by " + joined(pids) +
                  ": the record stays alive until the last of them goes",
              "open it close-on-exec, never duplicate it, and fork without "
              "exec only before publishing",
              "Gotchas");
}

void add_unlocked(const std::string& subject, bool other_locks,
                  Findings& findings) {
  if (other_locks)
    add_problem(findings, "lock", subject,
                "nothing holds byte 2^30: to every reader its owner is dead",
                "take F_WRLCK by F_OFD_SETLK on that one byte, before the "
                "rename",
                kLocksSection);
  else
    findings.push_back({Level::note, "lock", subject,
                        "nothing holds a lock: its owner has died",
                        "where it runs still: take F_WRLCK by F_OFD_SETLK on "
                        "byte 2^30 before the rename, and keep the descriptor "
                        "for life (registry/README.md, \"Locks\")"});
}

}  // namespace

std::string lock_holders(const fs::path& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 ? joined(holders(info)) : "";
}

void examine_locks(const fs::path& path, const struct stat& info,
                   Findings& findings) {
  const std::string subject = path.string();
  const UniqueFd fd(
      ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  const auto held =
      registry::is_locked(fd.get(), registry::kOwnerByte, subject);
  if (!held) {
    add_problem(findings, "lock", subject, held.error().message,
                "let its owner read it", kLocksSection);
    return;
  }
  const auto locks = locks_in("/proc/locks", info);
  bool good = *held;
  for (const auto& lock : locks) {
    const bool mortician =
        lock.kind == "OFDLCK" &&
        lock.first == std::to_string(registry::kMorticianByte);
    if (is_owners(lock) || mortician) continue;
    good = false;
    add_problem(findings, "lock", subject, name_of(lock) + why_wrong(lock),
                "take F_WRLCK by F_OFD_SETLK on byte 2^30 alone",
                kLocksSection);
  }
  if (!*held) return add_unlocked(subject, !locks.empty(), findings);
  if (good)
    findings.push_back(
        {Level::ok, "lock", subject, "byte 2^30 is held: alive", ""});
  examine_holders(subject, info, findings);
}

}  // namespace berth::launcher
