// Processes in pid and mount namespaces of their own.
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "registry/base/unique_fd.h"

namespace berth::test {

// fork(2) into a new pid and a new mount namespace, where this user may do so:
// as root, or in a user namespace in which everybody keeps his uid. -1: not
// here. What the child mounts stays its own.
inline pid_t fork_apart() {
  const uid_t uid = ::geteuid();
  const unsigned long flags =
      CLONE_NEWPID | CLONE_NEWNS | SIGCHLD | (uid == 0 ? 0UL : CLONE_NEWUSER);
  const auto pid = static_cast<pid_t>(
      ::syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr));
  if (pid != 0) return pid;
  if (uid != 0) {
    const UniqueFd map(::open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC));
    const auto line = std::to_string(uid) + " " + std::to_string(uid) + " 1";
    if (::write(map.get(), line.data(), line.size()) < 0) ::_exit(77);
  }
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    ::_exit(77);
  return 0;
}

inline bool can_fork_apart() {
  const pid_t pid = fork_apart();
  if (pid == 0) ::_exit(0);
  int status = 1;
  if (pid > 0) ::waitpid(pid, &status, 0);
  return status == 0;
}

}  // namespace berth::test
