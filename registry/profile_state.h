// What a profile needs across runs: NAME.json in the state directory. Written
// only by who holds the profile's claim, so writers never meet; read by all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "registry/base/result.h"

namespace berth::registry {

struct ProfileState {
  // What the user asked for last; tells a stop from a clean exit.
  enum class Want { unknown, running, stopped };

  Want want = Want::unknown;
  std::uint16_t last_port = 0;             // 0: never ran
  std::vector<std::string> recent_starts;  // UTC, RFC 3339; the newest last
  std::string failed_reason;               // empty: none

  bool operator==(const ProfileState&) const = default;
};

// A file that is missing or damaged reads as the default: all that is lost is
// a habit, and the next run writes it anew.
[[nodiscard]] ProfileState read_profile_state(
    const std::filesystem::path& file);

// Replaces the file as a whole; makes its directory where missing.
[[nodiscard]] Result<void> write_profile_state(
    const std::filesystem::path& file, const ProfileState& state);

}  // namespace berth::registry
