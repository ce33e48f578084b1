// The hashes of the project, and the only place that knows which library they
// come from (Crypto++). Pure functions, any thread. What is derived from
// secrets is written into memory of the caller, who wipes it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace berth {

using ByteView = std::span<const std::uint8_t>;
[[nodiscard]] inline ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
using Hash32 = std::array<std::uint8_t, 32>;

// FIPS 180-4.
[[nodiscard]] Hash32 sha256(ByteView data);

// Keccak with the padding Ethereum kept, not the one of FIPS 202 (SHA3-256).
[[nodiscard]] Hash32 keccak256(ByteView data);

// RFC 2104.
[[nodiscard]] Hash32 hmac_sha256(ByteView key, ByteView data);
void hmac_sha512(ByteView key, ByteView data, std::span<std::uint8_t, 64> out);

// RFC 8018 section 5.2.
void pbkdf2_hmac_sha512(ByteView password, ByteView salt, unsigned rounds,
                        std::span<std::uint8_t, 64> out);

// Whether both are the same, in a time that depends on their sizes only.
[[nodiscard]] bool equal_in_constant_time(ByteView a, ByteView b);

}  // namespace berth
