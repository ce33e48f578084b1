// When berthd starts a profile again, and when it gives up. Pure functions of
// what the registry and the profile's state file say: berthd may die between
// any two of them and decides the same when it is back. Any thread.
#pragma once

#include <chrono>

#include "launcher/profile.h"
#include "registry/profile_state.h"

namespace berth::launcher {

enum class Presence {
  busy,     // it runs, or cannot be judged: leave it alone
  claimed,  // it does not run, but starts, stops or is about to be gone
  crashed,  // its owner died and left the record
  gone,     // no record, or one from before the machine was started
};

struct Decision {
  enum class Act { nothing, start, give_up };
  Act act = Act::nothing;
  std::chrono::milliseconds delay{0};  // before the start

  bool operator==(const Decision&) const = default;
};

// The backoff before the next start: doubled with every start that did not
// last, from first to last; a good life begins it anew.
inline constexpr std::chrono::milliseconds kFirstBackoff{100};
inline constexpr std::chrono::milliseconds kLastBackoff{30'000};
inline constexpr std::chrono::seconds kGoodLife{60};
// So many starts within the window, those of the user included, and no more:
// what systemd allows its services by default (StartLimitBurst=).
inline constexpr std::size_t kMaxStarts = 5;
inline constexpr std::chrono::seconds kStartWindow{10};

// `due`: marked for autostart, and berthd has just started.
[[nodiscard]] Decision decide(Presence presence, RestartPolicy policy,
                              const registry::ProfileState& state, bool due,
                              registry::ProfileState::Clock::time_point now);

// Before the next start after `failures` in a row; at least one.
[[nodiscard]] std::chrono::milliseconds backoff(std::size_t failures);

}  // namespace berth::launcher
