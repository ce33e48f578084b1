// Processes: who one is, spawning a detached one, and ending one safely.
// Blocking where said; any thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth {

// Inode of this process's pid namespace; 0 where the kernel does not say.
[[nodiscard]] std::uint64_t own_pid_namespace();

// Field 22 of /proc/PID/stat: when it started, in clock ticks since boot.
// nullopt: no such process. With the pid it names a process for good.
[[nodiscard]] std::optional<std::uint64_t> start_ticks_of(pid_t pid);

// A status of waitpid(2) for people: "exit 1", "signal 11 (Segmentation
// fault)".
[[nodiscard]] std::string describe_end(int status);

// What execve(2) takes, with nullptr at the end. It points into `strings`.
[[nodiscard]] std::vector<char*> exec_pointers(
    const std::vector<std::string>& strings);

struct SpawnOptions {
  std::vector<std::string> argv;  // argv[0]: absolute path of the program
  std::vector<std::string> environment;  // "NAME=value", nothing else is passed
  // Descriptor in the child <- ours. 0, 1 and 2 are /dev/null where not given;
  // every other descriptor is closed. Not owned.
  struct Descriptor {
    int child;
    int own;
  };
  std::vector<Descriptor> descriptors;
};

// Starts a program in a session of its own (setsid), in directory "/". Returns
// once the program runs or could not be executed (Errc::not_found, denied).
// The caller is the parent.
[[nodiscard]] Result<pid_t> spawn_detached(const SpawnOptions& options);

// A handle on one process that no reuse of its pid can redirect: pidfd_open(2).
class ProcessHandle {
 public:
  // Errc::not_found: no such process.
  [[nodiscard]] static Result<ProcessHandle> open(pid_t pid);

  // Errc::not_found: it has ended; Errc::denied: it is another user's.
  [[nodiscard]] Result<void> signal(int number) const;
  // Blocks until it has ended (true) or the limit has passed (false).
  [[nodiscard]] bool wait(std::chrono::milliseconds limit) const;
  // Gives the pidfd away: readable once the process has ended.
  [[nodiscard]] UniqueFd release() && { return std::move(fd_); }

 private:
  explicit ProcessHandle(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace berth
