// Starts, stops and waits for instances, on the registry and on processes
// alone: no daemon takes part. Blocking; one thread.
//
// Starting and stopping are in two steps, so that many go on at once: begin
// each, then finish each. What was begun goes on by itself when the caller
// ends (Ctrl-C): instances are detached.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "launcher/failure.h"
#include "launcher/instance_spawn.h"
#include "launcher/settings.h"
#include "registry/base/process.h"
#include "registry/entry.h"
#include "registry/paths.h"

namespace berth::launcher {

struct Starting {
  std::string name;
  std::optional<Running> running;  // it ran already: nothing was started
  Spawned child;
  std::chrono::steady_clock::time_point deadline;
};

struct Stopping {
  std::string name;
  std::optional<ProcessHandle> process;  // none: nothing ran
  std::optional<ProcessHandle> child;    // a program that dies with it
  std::string id;
  std::chrono::steady_clock::time_point began;
  bool crashed = false;  // nothing ran, because it had died
  std::chrono::steady_clock::time_point deadline;
};

enum class Stopped {
  gracefully,
  by_force,  // it had to be killed
  before,    // nothing ran
  crashed_before,
};

class InstanceManager {
 public:
  explicit InstanceManager(Paths paths) : paths_(std::move(paths)) {}

  // Exit::no_profile, or what kept the program from being executed.
  [[nodiscard]] Outcome<Starting> begin_start(const StartRequest& request,
                                              const Config& config);
  // The same for berthd itself; finish_start() with it, or leave it alone.
  [[nodiscard]] Outcome<Starting> begin_manager();
  // Which of them finish_start() would not wait for; waits until there is one.
  // `starting` must not be empty.
  [[nodiscard]] static std::size_t next_ready(
      const std::vector<Starting>& starting);
  // Waits until it is ready. Exit::no_port, timed_out, or failed with the
  // log's last lines in the hint. Who lost a race gets the winner's endpoint.
  [[nodiscard]] Outcome<Running> finish_start(Starting starting);

  // Becomes the instance, in this terminal; returns only on failure.
  [[nodiscard]] Failure run(const StartRequest& request, const Config& config);

  // Asks it to stop (SIGTERM). Nothing is signalled that is not, at that
  // moment, the live owner of the record. Zero: it is killed at once, as soon
  // as it has a record. Exit::no_profile.
  [[nodiscard]] Outcome<Stopping> begin_stop(const std::string& name,
                                             std::chrono::milliseconds timeout);
  // Waits until it has ended; kills it (SIGKILL) at the deadline.
  [[nodiscard]] Outcome<Stopped> finish_stop(Stopping stopping);

  // Waits until it runs, or runs no more. Exit::timed_out, no_profile.
  enum class Until { running, stopped };
  [[nodiscard]] Outcome<void> wait(const std::string& name, Until until,
                                   std::chrono::milliseconds timeout);

  // The live one; nullopt: none, whatever else stands there.
  [[nodiscard]] Result<std::optional<registry::Entry>> find_alive(
      const std::string& name) const;

 private:
  [[nodiscard]] Result<std::optional<registry::Entry>> settle(
      const std::string& name,
      std::chrono::steady_clock::time_point deadline) const;
  [[nodiscard]] Outcome<void> bury(const std::string& name,
                                   std::chrono::steady_clock::time_point began);
  [[nodiscard]] Result<bool> note_stop(const std::string& name) const;

  Paths paths_;
  std::optional<UsualPorts> usual_ports_;  // before the first that was begun
};

// `entry` must have a record.
[[nodiscard]] Running running_of(const registry::Entry& entry);

[[nodiscard]] std::string url_of(const registry::Endpoint& endpoint);
[[nodiscard]] std::string ws_url_of(const registry::Endpoint& endpoint);

}  // namespace berth::launcher
