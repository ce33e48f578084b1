// The way from a choice or a grant to a page's channel. One thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "launcher/gateway/context.h"
#include "launcher/gateway/profiles.h"

namespace berth::launcher {

// {"info","mode","ticket","url"} for a page that was granted `profile`: direct
// for a page of this computer, by the popup's relay for all others. nullopt: too
// many tickets are out.
[[nodiscard]] std::optional<nlohmann::json> admission(
    const GatewayContext& context, const ProfileView& profile,
    const std::string& origin);

}  // namespace berth::launcher
