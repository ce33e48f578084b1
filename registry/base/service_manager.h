// What a service manager (systemd) tells a program, and what it is told: the
// protocols of sd_notify(3), sd_watchdog_enabled(3) and sd_listen_fds(3). Where
// there is none, nothing happens. Non-blocking; call from one thread.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth {

// "READY=1", "STOPPING=1", "WATCHDOG=1", several separated by newlines. An
// error names the socket that does not take it.
[[nodiscard]] Result<void> notify_service_manager(const std::string& state);

// Whether it wants to hear "WATCHDOG=1" again and again: within which time.
// Zero: no.
[[nodiscard]] std::chrono::microseconds watchdog_interval();

// The listening sockets that it holds for this program, close-on-exec and
// non-blocking; empty: none, or they are for another process. Call once: they
// are the caller's then.
[[nodiscard]] std::vector<UniqueFd> take_listen_sockets();

}  // namespace berth
