#include "server/wallets/rlp.h"

#include <cstdint>

namespace berth::server::rlp {
namespace {

constexpr std::uint8_t kText = 0x80;
constexpr std::uint8_t kList = 0xc0;
constexpr std::size_t kShort = 55;  // up to here the length is in the prefix

Bytes prefix(std::uint8_t kind, std::size_t size) {
  if (size <= kShort) return {static_cast<std::uint8_t>(kind + size)};
  Bytes out = to_bytes(Number(size));
  out.insert(out.begin(),
             static_cast<std::uint8_t>(kind + kShort + out.size()));
  return out;
}

}  // namespace

Bytes encode(ByteView text) {
  if (text.size() == 1 && text[0] < kText) return {text[0]};
  Bytes out = prefix(kText, text.size());
  out.insert(out.end(), text.begin(), text.end());
  return out;
}

Bytes encode(const Number& number) {
  return encode(ByteView(to_bytes(number)));
}

Bytes encode_list(const std::vector<Bytes>& items) {
  std::size_t size = 0;
  for (const Bytes& item : items) size += item.size();
  Bytes out = prefix(kList, size);
  for (const Bytes& item : items)
    out.insert(out.end(), item.begin(), item.end());
  return out;
}

}  // namespace berth::server::rlp
