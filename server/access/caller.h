// Who asks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace berth::server {

// A connection, by a number that is never given twice.
using ListenerId = std::uint64_t;

// A page is known by its origin, which a token holder (gateway, extension)
// states; without one it is a program of the user's own.
struct Caller {
  std::optional<std::string> origin;
  // Who gets the events of what this caller subscribes to, and with whom its
  // questions go; nullopt: it has no connection that could carry them.
  std::optional<ListenerId> listener;
};

}  // namespace berth::server
