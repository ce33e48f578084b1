// What it takes to bring a program of the house to life, apart from the waiting
// for it: `berth` waits in poll(2), berthd in its io_context. Blocking for a
// few small files and an exec; any thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "launcher/failure.h"
#include "launcher/settings.h"
#include "registry/base/unique_fd.h"

namespace berth::launcher {

// Where an instance answers.
struct Running {
  std::string name;
  pid_t pid = 0;
  std::uint16_t port = 0;
  std::string url;
};

// A child of this process, detached: it outlives us.
struct Spawned {
  pid_t pid = 0;
  // Read end of the ready pipe: one line, or its end when the child dies first.
  UniqueFd ready;
  std::int64_t log_end = 0;  // size of its log before this start, in bytes
};

struct SpawnRequest {
  std::string program;                 // that lies beside this one
  std::filesystem::path log_file;      // its stdout and stderr
  std::vector<std::string> variables;  // see allowed_environment()
  UniqueFd input;                      // what it reads on 3; empty: nothing
};
[[nodiscard]] Outcome<Spawned> spawn_program(const SpawnRequest& request);

// The line is at most so long, in bytes.
inline constexpr std::size_t kMaxReadyLine = 64 * 1024;
// An instance has its own time limit, and says better why it passed: wait so
// much longer than that, for its process to get going on a busy machine.
inline constexpr std::chrono::milliseconds kReadyGrace{2000};

// The port that each profile had last, where it had one. Reads a file of every
// profile: who starts many asks once.
using UsualPorts = std::map<std::string, std::uint16_t>;
[[nodiscard]] UsualPorts usual_ports(const Paths& paths);

// What berth-instance is told. Exit::no_profile, or a broken profile.
[[nodiscard]] Outcome<std::string> settings_for(const Paths& paths,
                                                const StartRequest& request,
                                                const Config& config,
                                                const UsualPorts& usual);

// Exit::no_profile, or what kept the program from being executed.
[[nodiscard]] Outcome<Spawned> spawn_instance(const Paths& paths,
                                              const StartRequest& request,
                                              const Config& config,
                                              const UsualPorts& usual);

// What a line of the ready pipe says. Exit::no_port, already_running, timed_out
// or failed, as the instance put it.
[[nodiscard]] Outcome<Running> parse_ready(const std::string& name,
                                           const std::string& line);

// It ended before it said anything; `how` as of describe_end(). The hint has
// the log's last lines.
[[nodiscard]] Failure died_while_starting(const Paths& paths,
                                          const std::string& name,
                                          std::int64_t log_end,
                                          const std::string& how);
[[nodiscard]] Failure not_ready_in_time(const std::string& name);

}  // namespace berth::launcher
