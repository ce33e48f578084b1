#include "launcher/supervisor/supervisor.h"

#include <algorithm>

#include "launcher/profile_store.h"
#include "registry/base/log.h"
#include "registry/claim.h"

namespace berth::launcher {
namespace {

using registry::Liveness;
using registry::ProfileState;
using Act = Decision::Act;
using namespace std::chrono_literals;

constexpr auto kFirstLook = 1ms;
constexpr auto kLastLook = 512ms;

// Changes the state under the claim. Whoever has the claim now starts or stops
// the profile: what was to be noted is about a run that is over, and of no use.
template <class Change>
void change_state(const Paths& paths, const std::string& name, Change change) {
  if (!ProfileStore(paths).exists(name)) return;  // removed meanwhile
  auto claim = registry::Claim::take_whole(paths.claim_of(name));
  if (!claim) {
    if (claim.error().code != Errc::already_running)
      log::error(claim.error().message);
    return;
  }
  const auto file = paths.state_file(name);
  auto state = registry::read_profile_state(file);
  change(state);
  auto written = registry::write_profile_state(file, state);
  if (!written) log::error(written.error().message);
}

}  // namespace

Supervisor::Supervisor(Paths paths, registry::Registry& registry,
                       Timers& timers, Starter& starter, GaveUp gave_up)
    : paths_(std::move(paths)),
      registry_(registry),
      timers_(timers),
      starter_(starter),
      gave_up_(std::move(gave_up)) {}

void Supervisor::autostart() {
  const ProfileStore store(paths_);
  const auto names = store.names();
  if (!names) return log::error(names.error().message);
  for (const auto& name : *names) {
    const auto profile = store.load(name);
    if (!profile) {
      log::error(profile.error().error.message);
      continue;
    }
    if (profile->autostart) tasks_[name].due = true;
    look(name);
  }
}

void Supervisor::look_all() {
  const auto names = ProfileStore(paths_).names();
  if (!names) return log::error(names.error().message);
  for (const auto& name : *names) look(name);
}

void Supervisor::look(const std::string& name) {
  if (stopped_) return;
  const auto task = tasks_.find(name);
  if (task != tasks_.end() && task->second.starting) return;
  const Presence presence = presence_of(name);
  if (presence == Presence::claimed) return look_soon(name);
  const Decision decision = decide_for(name, presence);
  switch (decision.act) {
    case Act::nothing:
      tasks_.erase(name);
      return;
    case Act::give_up:
      return give_up(name);
    case Act::start:
      return wait(name, decision.delay);
  }
}

// A claim gives no notice when it is freed, and of a process that dies it may
// be freed after the record: look again after 1, 2, 4 ... ms, a second in all.
// What takes longer is found by the next round.
void Supervisor::look_soon(const std::string& name) {
  Task& task = tasks_[name];
  task.again = task.again == 0ms ? kFirstLook : task.again * 2;
  if (task.again > kLastLook) {
    tasks_.erase(name);
    return;
  }
  task.is_waiting = false;
  task.waiting = timers_.after(task.again, [this, name] { look(name); });
}

Presence Supervisor::presence_of(const std::string& name) const {
  const auto entry = registry_.find(name);
  if (!entry && entry.error().code != Errc::not_found) return Presence::busy;
  const auto liveness = entry ? entry->liveness : Liveness::stopped;
  // Asked for last: whoever publishes has the claim before and after.
  const auto taken = registry::Claim::is_taken(paths_.claim_of(name));
  if (!taken) return Presence::busy;
  const bool down = liveness == Liveness::dead || liveness == Liveness::stopped;
  if (down && *taken) return Presence::claimed;
  switch (liveness) {
    case Liveness::dead:
      return Presence::crashed;
    case Liveness::stopped:
      return Presence::gone;
    case Liveness::alive:
    case Liveness::unknown:
      return Presence::busy;
  }
  return Presence::busy;
}

Decision Supervisor::decide_for(const std::string& name,
                                Presence presence) const {
  if (presence == Presence::busy) return {};
  const ProfileStore store(paths_);
  // Somebody's own program, or a profile that was removed or is broken.
  if (!store.exists(name)) return {};
  const auto profile = store.load(name);
  if (!profile) return {};
  const auto task = tasks_.find(name);
  const bool due = task != tasks_.end() && task->second.due;
  return decide(presence, profile->restart,
                registry::read_profile_state(paths_.state_file(name)), due,
                timers_.now());
}

void Supervisor::wait(const std::string& name,
                      std::chrono::milliseconds delay) {
  Task& task = tasks_[name];
  if (task.is_waiting) return;
  if (task.failures > 0) delay = std::max(delay, backoff(task.failures));
  task.is_waiting = true;
  task.again = 0ms;
  task.waiting = timers_.after(delay, [this, name] { wait_over(name); });
  if (delay.count() > 0)
    log::info(name + ": starts again in " + std::to_string(delay.count()) +
              " ms");
}

// The user may have said another word meanwhile.
void Supervisor::wait_over(const std::string& name) {
  tasks_[name].is_waiting = false;
  const Decision decision = decide_for(name, presence_of(name));
  decision.act == Act::start ? start(name) : look(name);
}

void Supervisor::start(const std::string& name) {
  Task& task = tasks_[name];
  task.starting = true;
  task.due = false;
  log::info(name + ": starting");
  starter_.start(name, [this, name](const Outcome<void>& outcome) {
    started(name, outcome);
  });
}

void Supervisor::started(const std::string& name,
                         const Outcome<void>& outcome) {
  if (stopped_) return;
  Task& task = tasks_[name];
  task.starting = false;
  if (outcome) {
    log::info(name + ": started");
  } else {
    ++task.failures;
    const std::string why = outcome.error().error.message;
    log::error(name + ": not started: " + why);
    change_state(paths_, name, [&](ProfileState& s) { s.last_exit = why; });
  }
  look(name);
}

void Supervisor::give_up(const std::string& name) {
  tasks_.erase(name);
  const std::string why = std::to_string(kMaxStarts) + " starts in " +
                          std::to_string(kStartWindow.count()) + " s";
  log::error(name + ": not started any more: " + why);
  change_state(paths_, name, [&](ProfileState& s) { s.failed_reason = why; });
  gave_up_();
}

void Supervisor::ended(const std::string& name, const std::string& how) {
  if (stopped_) return;
  log::info(name + ": ended: " + how);
  change_state(paths_, name, [&](ProfileState& s) { s.last_exit = how; });
  look(name);
}

void Supervisor::stop() {
  stopped_ = true;
  tasks_.clear();
}

}  // namespace berth::launcher
