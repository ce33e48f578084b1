// A program of the user's as a child of this process, in a process group of its
// own, which dies with this process however that ends. One thread.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "registry/base/process.h"
#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth::server {

struct ChildOptions {
  std::string program;  // its path
  std::vector<std::string> argv;
  std::vector<std::string> environment;  // "NAME=value", and nothing else
  std::filesystem::path directory;       // where it starts
  int output = -1;  // its stdout and stderr; its stdin is empty
  // The socket that it finds on 3, with LISTEN_FDS and LISTEN_PID, as
  // sd_listen_fds(3) says; negative: none.
  int socket = -1;
};

class Child {
 public:
  // Returns once the program runs. Errc::not_found, denied, ...: it cannot be
  // executed.
  [[nodiscard]] static Result<Child> start(const ChildOptions& options);

  [[nodiscard]] pid_t pid() const { return pid_; }
  // How it ended, as waitpid(2) says it; nullopt: it runs. It stays a zombie,
  // so that its group is nobody else's.
  [[nodiscard]] std::optional<int> status() const;

  // To every process of its group.
  void signal_group(int number) const;
  // Those that live, the program's children and their children among them,
  // unless they left the group.
  [[nodiscard]] std::vector<pid_t> members() const;

 private:
  Child(pid_t pid, pid_t guard, UniqueFd lifeline)
      : pid_(pid), guard_(guard), lifeline_(std::move(lifeline)) {}

  pid_t pid_;
  pid_t guard_;
  UniqueFd lifeline_;  // the guard kills the group once it is closed
};

}  // namespace berth::server
