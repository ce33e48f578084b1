// Which port an instance gets. The listener is bound once and kept: what is
// returned is the socket, never a number to bind again.
//
// Two instances of one home never want the same port at the same moment, even
// where one of them only reserves it for a program that is to bind it itself:
// each holds a lock on the byte of that number in one file, for life.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth::server {

struct PortRequest {
  std::filesystem::path locks;  // the file of the locks, made where missing
  std::optional<std::uint16_t> fixed;  // this one or none
  std::uint16_t last = 0;              // the one it had; 0: never ran
  std::uint16_t first = 8766;          // the range, both ends within
  std::uint16_t final = 8800;
  // Other profiles' last ports: taken only when nothing else is free.
  std::vector<std::uint16_t> avoid;
};

struct BoundPort {
  UniqueFd listener;  // bound to 127.0.0.1, close-on-exec, non-blocking
  std::uint16_t port = 0;
  UniqueFd lock;  // to be kept as long as the port is used
};

// Whether it listens, or is only bound: then another socket that has
// SO_REUSEADDR, as servers have it, can be bound there and listen, and until
// that happens connections are refused.
enum class PortUse { listen, reserve };

// For the message when nothing is free: who holds a port, or "".
using PortHolder = std::function<std::string(std::uint16_t)>;

// The fixed port, else the last one, else the lowest free of the range. Ports
// that browsers refuse are skipped, unless fixed. Errc::no_port: none is free;
// the message names the range and who holds what is known.
[[nodiscard]] Result<BoundPort> bind_port(const PortRequest& request,
                                          PortUse use,
                                          const PortHolder& holder);

}  // namespace berth::server
