// Bytes as text: base64url (RFC 4648 section 5, without padding), lower-case
// hex, lower-case base32 (RFC 4648 section 6 alphabet, without padding).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

using Bytes = std::vector<std::uint8_t>;

[[nodiscard]] std::string base64url_encode(std::span<const std::uint8_t> bytes);
// Strict: no padding, no other characters, no stray bits; else nullopt.
[[nodiscard]] std::optional<Bytes> base64url_decode(std::string_view text);

[[nodiscard]] std::string hex_encode(std::span<const std::uint8_t> bytes);
// An even number of hex digits in either case, without "0x"; else nullopt.
[[nodiscard]] std::optional<Bytes> hex_decode(std::string_view text);

[[nodiscard]] std::string base32_encode(std::span<const std::uint8_t> bytes);

// For a value in a URL's path or query (RFC 3986 section 2.1).
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace berth
