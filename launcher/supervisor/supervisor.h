// Keeps every profile in the state that its policy and the user's last word
// ask for. It remembers nothing that counts: who runs is in the registry, what
// was asked and what was tried in each profile's state file, so it may be
// killed at any moment and goes on where it was. One thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "launcher/supervisor/restart_policy.h"
#include "launcher/supervisor/starter.h"
#include "registry/base/timers.h"
#include "registry/paths.h"
#include "registry/registry.h"

namespace berth::launcher {

class Supervisor {
 public:
  using GaveUp = std::function<void()>;

  // References must outlive it. `gave_up`: a profile has become `failed`.
  Supervisor(Paths paths, registry::Registry& registry, Timers& timers,
             Starter& starter, GaveUp gave_up);

  // Once, when the manager starts: what is marked for autostart is started,
  // unless it runs or the user stopped it in this boot.
  void autostart();

  // Looks at one profile, or at all, and does what is to be done. To be called
  // whenever something may have changed; nothing is done twice.
  void look(const std::string& name);
  void look_all();

  // A run that this process started has ended: how, for people.
  void ended(const std::string& name, const std::string& how);

  // Starts nothing more.
  void stop();

 private:
  // What is under way for a profile.
  struct Task {
    bool starting = false;
    bool due = false;          // by autostart
    std::size_t failures = 0;  // to start; paces where nothing can be written
    Alarm waiting;             // backing off, or to look again
    bool is_waiting = false;   // backing off
    std::chrono::milliseconds again{0};  // before the next look at a claim
  };

  [[nodiscard]] Decision decide_for(const std::string& name,
                                    Presence presence) const;
  [[nodiscard]] Presence presence_of(const std::string& name) const;
  void look_soon(const std::string& name);
  void wait_over(const std::string& name);
  void wait(const std::string& name, std::chrono::milliseconds delay);
  void start(const std::string& name);
  void started(const std::string& name, const Outcome<void>& outcome);
  void give_up(const std::string& name);

  Paths paths_;
  registry::Registry& registry_;
  Timers& timers_;
  Starter& starter_;
  GaveUp gave_up_;
  bool stopped_ = false;
  std::map<std::string, Task> tasks_;
};

}  // namespace berth::launcher
