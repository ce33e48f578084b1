// Integers of Ethereum: up to 256 bits, "0x" quantities in JSON (EIP-1474).
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "registry/base/encoding.h"
#include "registry/proof/hash.h"

namespace berth::server {

using Number = boost::multiprecision::cpp_int;

// A quantity: "0x" and 1 to 64 hex digits. Leading zeros are let through, as
// wallets do.
[[nodiscard]] std::optional<Number> parse_quantity(std::string_view text);
[[nodiscard]] std::string to_quantity(const Number& number);

// An integer of any sign and size below 2^256: decimal, or "0x" hex.
[[nodiscard]] std::optional<Number> parse_integer(std::string_view text);

// Big-endian without leading zeros; zero is empty. Not for negative numbers.
[[nodiscard]] Bytes to_bytes(const Number& number);
// 32 bytes big-endian, negative numbers in two's complement.
[[nodiscard]] Hash32 to_word(const Number& number);

// "0x" and an even number of hex digits, or nullopt.
[[nodiscard]] std::optional<Bytes> parse_data(std::string_view text);

}  // namespace berth::server
