#include "server/wallets/hd_key.h"

#include <algorithm>
#include <string_view>

namespace berth::server {
namespace {

// Both halves of an HMAC-SHA512: a key (or a tweak of one) and a chain code.
HdKey split_hmac(ByteView key, ByteView data) {
  Secret<64> hash;
  hmac_sha512(key, data, hash.bytes());
  HdKey out;
  std::ranges::copy(hash.bytes().first<32>(), out.key.bytes().begin());
  std::ranges::copy(hash.bytes().last<32>(), out.chain_code.bytes().begin());
  return out;
}

Error no_key() {
  return Error{Errc::failed, "no key: BIP-32 defines none for this path",
               "use another mnemonic"};
}

Result<HdKey> child(const Secp256k1& curve, const HdKey& parent,
                    std::uint32_t index) {
  Secret<37> data;
  if (index >= kHardened) {
    std::ranges::copy(parent.key.bytes(), data.bytes().begin() + 1);
  } else {
    std::ranges::copy(curve.public_key(parent.key), data.bytes().begin());
  }
  for (int i = 0; i < 4; ++i)
    data.bytes()[33 + i] = static_cast<std::uint8_t>(index >> (24 - 8 * i));
  HdKey out = split_hmac(parent.chain_code.bytes(), data.bytes());
  if (!curve.add(out.key, parent.key)) return no_key();
  return out;
}

}  // namespace

Result<HdKey> derive(const Secp256k1& curve, ByteView seed,
                     std::span<const std::uint32_t> path) {
  constexpr std::string_view kSalt = "Bitcoin seed";
  HdKey key = split_hmac(
      {reinterpret_cast<const std::uint8_t*>(kSalt.data()), kSalt.size()},
      seed);
  if (!curve.is_valid(key.key)) return no_key();
  for (const std::uint32_t index : path) {
    auto next = child(curve, key, index);
    if (!next) return next.error();
    key = std::move(*next);
  }
  return key;
}

Result<SecretKey> derive_account(const Secp256k1& curve, const Seed& seed,
                                 std::uint32_t index) {
  const std::uint32_t path[] = {kHardened + 44, kHardened + 60, kHardened, 0,
                                index};
  auto key = derive(curve, seed.bytes(), path);
  if (!key) return key.error();
  return std::move(key->key);
}

}  // namespace berth::server
