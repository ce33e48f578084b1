// What a profile needs across runs: NAME.json in the state directory. Written
// only by who holds the profile's claim, so writers never meet; read by all.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "registry/base/result.h"
#include "registry/record.h"

namespace berth::registry {

struct ProfileState {
  // What the user asked for last; tells a stop from a clean exit. Unknown:
  // nothing yet, or it is looked after by somebody else (`berth run`).
  enum class Want { unknown, running, stopped };
  // The clock that starts are counted by: the same in every process, moved
  // neither by a change of the date nor by sleep, new with every boot.
  using Clock = std::chrono::steady_clock;

  Want want = Want::unknown;
  std::uint16_t last_port = 0;  // 0: never ran
  // In this boot; the newest last, at most kMaxStarts.
  std::vector<Clock::time_point> recent_starts;
  std::string failed_reason;  // why nobody tries any more; empty: none
  std::string last_exit;      // how the last run ended; empty: not known
  // Was written since the machine was started; set by reading.
  bool this_boot = false;

  // Enough to see a crash loop in them.
  static constexpr std::size_t kMaxStarts = 20;

  bool operator==(const ProfileState&) const = default;
};

// What a run does to the state first of all, once it has the claim. A start by
// the user is a new beginning: earlier starts and failures are forgotten.
void note_start(ProfileState& state, StartedBy by,
                ProfileState::Clock::time_point now);

// The user's last word, in this boot, was to stop it: only the user starts it.
[[nodiscard]] bool is_stopped_by_user(const ProfileState& state);

// A file that is missing or damaged reads as the default: all that is lost is
// a habit, and the next run writes it anew.
[[nodiscard]] ProfileState read_profile_state(
    const std::filesystem::path& file);

// Replaces the file as a whole; makes its directory where missing.
[[nodiscard]] Result<void> write_profile_state(
    const std::filesystem::path& file, const ProfileState& state);

}  // namespace berth::registry
