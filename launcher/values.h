// The values that people type: times, ports, ranges, chains. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "registry/base/result.h"

namespace berth::launcher {

struct PortRange {
  std::uint16_t first = 8766;
  std::uint16_t last = 8800;  // inclusive, not below `first`

  bool operator==(const PortRange&) const = default;
};

// All: Errc::invalid, saying what the value must be.

// "10s", "500ms", "2m", "1h"; a bare number is seconds. 1 ms to 24 h.
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(
    std::string_view text);
// 1 to 65535.
[[nodiscard]] Result<std::uint16_t> parse_port(std::string_view text);
// "8766-8800", or one port.
[[nodiscard]] Result<PortRange> parse_port_range(std::string_view text);
// Decimal or 0x hexadecimal; 1 to kMaxChainId.
[[nodiscard]] Result<std::uint64_t> parse_chain_id(std::string_view text);

// EIP-2294: what every client can compute with.
inline constexpr std::uint64_t kMaxChainId = 4503599627370476;

[[nodiscard]] std::string to_string(const PortRange& range);
// As Ethereum's JSON writes it: "0x7a69".
[[nodiscard]] std::string to_quantity(std::uint64_t number);

}  // namespace berth::launcher
