#include "server/wallets/number.h"

#include <algorithm>
#include <ios>

namespace berth::server {
namespace {

constexpr std::size_t kMaxHexDigits = 64;
constexpr std::size_t kMaxDecimalDigits = 78;  // of 2^256

}  // namespace

std::optional<Number> parse_quantity(std::string_view text) {
  if (!text.starts_with("0x")) return std::nullopt;
  std::string digits(text.substr(2));
  if (digits.empty() || digits.size() > kMaxHexDigits) return std::nullopt;
  if (digits.size() % 2 != 0) digits.insert(0, 1, '0');
  const auto bytes = hex_decode(digits);
  if (!bytes) return std::nullopt;
  Number number;
  import_bits(number, bytes->begin(), bytes->end());
  return number;
}

std::string to_quantity(const Number& number) {
  std::string digits = number.str(0, std::ios_base::hex);
  std::ranges::transform(digits, digits.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return "0x" + digits;
}

std::optional<Number> parse_integer(std::string_view text) {
  if (text.starts_with("0x")) return parse_quantity(text);
  const bool negative = text.starts_with('-');
  const auto digits = text.substr(negative ? 1 : 0);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (digits.empty() || digits.size() > kMaxDecimalDigits ||
      !std::ranges::all_of(digits, is_digit))
    return std::nullopt;
  Number number = 0;
  for (char c : digits) number = number * 10 + (c - '0');
  if (negative) number = -number;
  return number;
}

Bytes to_bytes(const Number& number) {
  Bytes bytes;
  if (number != 0) export_bits(number, std::back_inserter(bytes), 8);
  return bytes;
}

Hash32 to_word(const Number& number) {
  static const Number kModulus = Number(1) << 256;
  const auto bytes = to_bytes(number < 0 ? Number(kModulus + number) : number);
  Hash32 word{};
  std::ranges::copy_backward(bytes, word.end());
  return word;
}

std::optional<Bytes> parse_data(std::string_view text) {
  if (!text.starts_with("0x")) return std::nullopt;
  return hex_decode(text.substr(2));
}

}  // namespace berth::server
