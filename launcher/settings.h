// The settings document that berth-instance reads from descriptor 3.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "launcher/config.h"
#include "launcher/profile.h"
#include "registry/paths.h"
#include "registry/record.h"

namespace berth::launcher {

// What the command line says about one start; over profile and config.
struct StartRequest {
  std::string name;
  std::optional<std::uint16_t> port;
  std::optional<PortRange> range;
  // How long to wait for another process that has the claim.
  std::chrono::milliseconds timeout{10'000};
  registry::StartedBy by = registry::StartedBy::start;
};

// JSON. `avoid`: ports that other profiles are used to.
[[nodiscard]] std::string settings_json(
    const Paths& paths, const Config& config, const Profile& profile,
    const StartRequest& request, const std::vector<std::uint16_t>& avoid);

}  // namespace berth::launcher
