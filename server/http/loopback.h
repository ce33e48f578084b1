// Sockets that listen on 127.0.0.1. Any thread.
#pragma once

#include <cstdint>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth::http {

// A socket that listens on 127.0.0.1 and `port`, close-on-exec, non-blocking.
// Errc::no_port: somebody else has it. SO_REUSEADDR is on, so that a port whose
// last owner died is free at once; SO_REUSEPORT never, with which two programs
// could own one port.
[[nodiscard]] Result<UniqueFd> listen_on_loopback(std::uint16_t port);

// The WHATWG Fetch Standard, section "Port blocking": browsers refuse to
// connect to these.
[[nodiscard]] bool is_refused_by_browsers(std::uint16_t port);

}  // namespace berth::http
