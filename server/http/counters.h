// What a host has seen, for metrics. Monotonic, except `open`.
#pragma once

#include <cstdint>

namespace berth::http {

struct Counters {
  std::uint64_t accepted = 0;       // by the kernel, before any check
  std::uint64_t peers_refused = 0;  // another user's, or nobody's
  std::uint64_t peers_unknown = 0;  // let in although the kernel can't tell
  std::uint64_t rejected = 0;       // requests refused by policy or as damaged
  std::uint64_t requests = 0;       // requests that reached the router
  std::uint64_t dropped = 0;        // unproven: too many or too long
  std::uint64_t timed_out = 0;      // half a request, message or pong
  std::uint64_t slow_readers = 0;   // WebSockets whose queue ran over
  std::uint64_t accept_errors = 0;
  std::uint64_t open = 0;  // connections now
};

}  // namespace berth::http
