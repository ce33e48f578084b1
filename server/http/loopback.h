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

// The same, only bound: what is bound there with SO_REUSEADDR after it can
// listen. Until something listens, connections are refused.
[[nodiscard]] Result<UniqueFd> bind_to_loopback(std::uint16_t port);

// Holds ::1 and `port` without serving there, so that nobody else does: a
// browser asks there first for what is at localhost or *.localhost, and would
// take a stranger's answer for ours. Who connects is refused by the kernel, and
// goes on to 127.0.0.1. An empty descriptor: this machine has no ::1, which is
// as good. Errc::no_port: somebody else has it.
[[nodiscard]] Result<UniqueFd> reserve_ipv6_loopback(std::uint16_t port);

// The WHATWG Fetch Standard, section "Port blocking": browsers refuse to
// connect to these.
[[nodiscard]] bool is_refused_by_browsers(std::uint16_t port);

}  // namespace berth::http
