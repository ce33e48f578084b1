#include "registry/base/encoding.h"

#include <array>

namespace berth {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view kHex = "0123456789abcdef";

// Text of `bits` bits a character, the last one padded with zero bits.
std::string encode(std::span<const std::uint8_t> bytes,
                   std::string_view alphabet, int bits) {
  std::string text;
  text.reserve((bytes.size() * 8 + bits - 1) / bits);
  unsigned buffer = 0;
  int held = 0;
  for (std::uint8_t byte : bytes) {
    buffer = (buffer << 8 | byte) & 0xffff;
    for (held += 8; held >= bits; held -= bits)
      text += alphabet[buffer >> (held - bits) & ((1U << bits) - 1)];
  }
  if (held > 0) text += alphabet[buffer << (bits - held) & ((1U << bits) - 1)];
  return text;
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '-' ? 62 : c == '_' ? 63 : -1;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

std::string base64url_encode(std::span<const std::uint8_t> bytes) {
  return encode(bytes, kBase64, 6);
}

std::string base32_encode(std::span<const std::uint8_t> bytes) {
  return encode(bytes, kBase32, 5);
}

std::string hex_encode(std::span<const std::uint8_t> bytes) {
  return encode(bytes, kHex, 4);
}

std::optional<Bytes> base64url_decode(std::string_view text) {
  Bytes bytes;
  bytes.reserve(text.size() * 3 / 4);
  unsigned buffer = 0;
  int held = 0;
  for (char c : text) {
    const int value = base64_value(c);
    if (value < 0) return std::nullopt;
    buffer = (buffer << 6 | static_cast<unsigned>(value)) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<std::uint8_t>(buffer >> held));
  }
  // One lone character holds no byte; bits that are left over must be zero.
  if (held == 6 || (buffer & ((1U << held) - 1)) != 0) return std::nullopt;
  return bytes;
}

std::optional<Bytes> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return bytes;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const unsigned char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '-' || c == '.';
    if (plain)
      out += static_cast<char>(c);
    else
      out += {'%', kHex[c >> 4], kHex[c & 15]};
  }
  return out;
}

}  // namespace berth
