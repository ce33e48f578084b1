// The steps of a start that come before anything listens.
#pragma once

#include <string>

#include "registry/base/result.h"
#include "registry/claim.h"
#include "server/settings.h"

namespace berth::server {

// Takes the profile's claim. While another process has it, waits, for at most
// settings.claim_timeout, for that one to be released, or for its record:
// Errc::already_running, the message says who. Errc::timed_out: neither came.
// Blocking.
[[nodiscard]] Result<registry::Claim> wait_for_claim(const Settings& settings);

// Who holds a port, for messages: a profile of the registry, or the user that
// the kernel names; "" when nobody is known.
[[nodiscard]] std::string port_holder(const std::filesystem::path& registry,
                                      std::uint16_t port);

}  // namespace berth::server
