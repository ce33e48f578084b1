#include <algorithm>
#include <csignal>
#include <thread>

#include "launcher/child_of.h"
#include "launcher/instance_manager.h"
#include "launcher/profile_store.h"
#include "registry/claim.h"
#include "registry/profile_state.h"
#include "registry/record_publisher.h"
#include "registry/record_reader.h"

namespace berth::launcher {
namespace {

using namespace std::chrono_literals;
using registry::Liveness;
using registry::Record;
using Clock = std::chrono::steady_clock;
using Want = registry::ProfileState::Want;

// A killed process is gone at once, unless it hangs in the kernel (a disk).
constexpr auto kKillLimit = 5s;
constexpr auto kBusyLimit = 2s;
// Longer than a companion may take for what is left of its program's group
// (server/command/companion.cpp).
constexpr auto kCompanionLimit = 5s;
// A stop by force has no time limit of its own, but must wait for the record of
// what is just starting: before that nobody knows its pid.
constexpr auto kForceLimit = 10s;

// 1 ms doubling to 50 ms: a claim gives no event when it is taken or freed.
class Pause {
 public:
  bool until(Clock::time_point deadline) {
    if (Clock::now() >= deadline) return false;
    std::this_thread::sleep_for(next_);
    next_ = std::min(next_ * 2, std::chrono::milliseconds(50));
    return true;
  }

 private:
  std::chrono::milliseconds next_{1};
};

Error out_of_reach(const Record& record, const char* why) {
  return {Errc::denied,
          std::string(why) + ": " + record.name + " (pid " +
              std::to_string(record.pid) + ")",
          "stop it where it was started; nothing was signalled"};
}

// Whether the record's pid names, here, the process that published it. A pid
// of another namespace, or one that was reused, is somebody else's process.
Result<void> check_reach(const Record& record) {
  if (record.pid_namespace != 0 && record.pid_namespace != own_pid_namespace())
    return out_of_reach(record, "runs in another pid namespace (a container)");
  if (record.start_ticks != 0) {
    const auto ticks = start_ticks_of(record.pid);
    if (ticks != record.start_ticks)
      return out_of_reach(record, "its pid names another process here");
  } else if (record.pid_namespace == 0) {
    return out_of_reach(record, "its record does not say whose pid it gives");
  }
  return {};
}

// Opens first and looks afterwards, so that what was looked at is what the
// handle holds.
Result<ProcessHandle> open_process(const Record& record) {
  auto process = ProcessHandle::open(record.pid);
  if (!process && process.error().code == Errc::not_found)
    return out_of_reach(record, "its pid does not exist here");
  if (!process) return process.error();
  if (auto ok = check_reach(record); !ok) return ok.error();
  return process;
}

}  // namespace

// The live entry, once nothing is in the middle of starting or stopping;
// nullopt: nothing runs.
Result<std::optional<registry::Entry>> InstanceManager::settle(
    const std::string& name, Clock::time_point deadline) const {
  Pause pause;
  for (;;) {
    auto alive = find_alive(name);
    if (!alive || *alive) return alive;
    auto taken = registry::Claim::is_taken(paths_.claim_of(name));
    if (!taken) return taken.error();
    if (!*taken) return std::optional<registry::Entry>();
    if (!pause.until(deadline))
      return Error{
          Errc::timed_out, "still starting or stopping: " + name,
          "it has no record yet; try again, or see: berth logs " + name};
  }
}

Outcome<Stopping> InstanceManager::begin_stop(
    const std::string& name, std::chrono::milliseconds timeout) {
  Stopping stopping;
  stopping.name = name;
  stopping.began = Clock::now();
  stopping.deadline = stopping.began + timeout;
  const bool by_force = timeout == 0ms;
  auto alive =
      settle(name, by_force ? Clock::now() + kForceLimit : stopping.deadline);
  if (!alive) return alive.error();
  if (!*alive) {
    auto left = registry::read_record(paths_.registry, name);
    stopping.crashed = left && left->liveness == Liveness::dead;
    if (!left && !ProfileStore(paths_).exists(name))
      return ProfileStore(paths_).load(name).error();
    auto noted = note_stop(name);
    if (!noted) return noted.error();
    if (!*noted) return begin_stop(name, timeout);  // it is just starting
    return stopping;
  }
  if (!(*alive)->record)
    return Error{Errc::failed,
                 "cannot read its record (" + (*alive)->problem + "): " + name,
                 "see: berth doctor"};
  const Record& record = *(*alive)->record;
  auto process = open_process(record);
  if (!process) return process.error();
  // The handle holds whoever has the pid now: only if the same owner still
  // lives is that the owner.
  auto again = find_alive(name);
  if (!again) return again.error();
  const bool same =
      *again && (*again)->record && (*again)->record->id == record.id;
  if (!same) return begin_stop(name, timeout);
  if (const pid_t pid = child_of(record); pid > 0)
    if (auto child = ProcessHandle::open(pid))
      stopping.child = std::move(*child);
  auto signalled = process->signal(SIGTERM);
  if (!signalled && signalled.error().code != Errc::not_found)
    return signalled.error();
  stopping.process = std::move(*process);
  stopping.id = record.id;
  return stopping;
}

Outcome<Stopped> InstanceManager::finish_stop(Stopping stopping) {
  if (!stopping.process)
    return stopping.crashed ? Stopped::crashed_before : Stopped::before;
  const auto& process = *stopping.process;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(
      stopping.deadline - Clock::now());
  const bool graceful = process.wait(std::max(0ms, left));
  if (!graceful) {
    auto killed = process.signal(SIGKILL);
    if (!killed && killed.error().code != Errc::not_found)
      return killed.error();
    if (!process.wait(kKillLimit))
      return Error{Errc::timed_out, "survives SIGKILL: " + stopping.name,
                   "it hangs in the kernel, probably on a disk or network "
                   "filesystem"};
  }
  // It dies a moment later, and keeps its port until then.
  if (stopping.child && !stopping.child->wait(kKillLimit))
    return Error{Errc::timed_out,
                 "its program survives SIGKILL: " + stopping.name,
                 "it hangs in the kernel, probably on a disk or network "
                 "filesystem"};
  // A child that it forked may hold the lock on.
  Pause pause;
  const auto limit = Clock::now() + kBusyLimit;
  for (;;) {
    auto alive = find_alive(stopping.name);
    if (!alive) return alive.error();
    const bool held =
        *alive && (*alive)->record && (*alive)->record->id == stopping.id;
    if (!held) break;
    if (!pause.until(limit))
      return Error{
          Errc::failed,
          "ended, but another process holds its record: " + stopping.name,
          "end the program that it started"};
  }
  const bool withdrew = !registry::read_record(paths_.registry, stopping.name);
  if (graceful && withdrew &&
      (!ProfileStore(paths_).exists(stopping.name) ||
       is_stopped_by_user(
           registry::read_profile_state(paths_.state_file(stopping.name)))))
    return Stopped::gracefully;
  if (auto ok = bury(stopping.name, stopping.began); !ok) return ok.error();
  return graceful ? Stopped::gracefully : Stopped::by_force;
}

// What died without noting that it was to stop: the user's word is noted for
// it, so that it is no crash that anybody reports or restarts.
Outcome<void> InstanceManager::bury(const std::string& name,
                                    Clock::time_point began) {
  for (;;) {
    auto noted = note_stop(name);
    if (!noted) return noted.error();
    if (*noted) break;
    auto alive = settle(name, Clock::now() + kCompanionLimit);
    if (!alive) return alive.error();
    if (!*alive) continue;
    const auto& record = (*alive)->record;
    const auto state = registry::read_profile_state(paths_.state_file(name));
    const bool started =
        !state.recent_starts.empty() && state.recent_starts.back() > began;
    // Started by the user since: that is the last word.
    if (!record ||
        (started && record->started_by != registry::StartedBy::berthd))
      return {};
    // Or by the manager, which did not know yet, or by a wrapper that restarts
    // what it runs.
    auto again = begin_stop(name, kBusyLimit);
    if (!again) return again.error();
    auto stopped = finish_stop(std::move(*again));
    if (!stopped) return stopped.error();
    return {};
  }
  auto reaped = registry::reap_record(paths_.registry, name, kBusyLimit);
  if (!reaped && reaped.error().code != Errc::not_found) return reaped.error();
  return {};
}

// The user's word, where no run is there to write it down. False: one is.
Result<bool> InstanceManager::note_stop(const std::string& name) const {
  const auto file = paths_.state_file(name);
  if (registry::read_profile_state(file).want == Want::unknown) return true;
  auto claim = registry::Claim::take_whole(paths_.claim_of(name));
  if (!claim) {
    if (claim.error().code == Errc::already_running) return false;
    return claim.error();
  }
  auto state = registry::read_profile_state(file);
  if (is_stopped_by_user(state)) return true;
  state.want = Want::stopped;
  if (auto ok = registry::write_profile_state(file, state); !ok)
    return ok.error();
  return true;
}

}  // namespace berth::launcher
