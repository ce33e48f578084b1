// Which port an instance gets. The listener is bound once and kept: what is
// returned is the socket, never a number to bind again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth::server {

struct PortRequest {
  std::optional<std::uint16_t> fixed;  // this one or none
  std::uint16_t last = 0;              // the one it had; 0: never ran
  std::uint16_t first = 8766;          // the range, both ends within
  std::uint16_t final = 8800;
  // Other profiles' last ports: taken only when nothing else is free.
  std::vector<std::uint16_t> avoid;
};

struct BoundPort {
  UniqueFd listener;  // listens on 127.0.0.1, close-on-exec, non-blocking
  std::uint16_t port = 0;
};

// For the message when nothing is free: who holds a port, or "".
using PortHolder = std::function<std::string(std::uint16_t)>;

// The fixed port, else the last one, else the lowest free of the range. Ports
// that browsers refuse are skipped, unless fixed. Errc::no_port: none is free;
// the message names the range and who holds what is known.
[[nodiscard]] Result<BoundPort> bind_port(const PortRequest& request,
                                          const PortHolder& holder);

}  // namespace berth::server
