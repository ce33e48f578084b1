// BIP-32: keys derived from a seed. Private derivation only.
#pragma once

#include <cstdint>
#include <span>

#include "registry/base/result.h"
#include "server/wallets/bip39.h"
#include "server/wallets/secp256k1.h"

namespace berth::server {

struct HdKey {
  SecretKey key;
  Secret<32> chain_code;
};

// Added to an index: derived from the secret key, so that a child's key does
// not give the parent's away.
inline constexpr std::uint32_t kHardened = 0x80000000;

// `seed`: 16 to 64 bytes. Errc::failed about once in 2^127 seeds or indexes,
// where BIP-32 defines no key.
[[nodiscard]] Result<HdKey> derive(const Secp256k1& curve, ByteView seed,
                                   std::span<const std::uint32_t> path);

// m/44'/60'/0'/0/`index` (BIP-44, SLIP-44), where hardhat, anvil and MetaMask
// look for Ethereum accounts.
[[nodiscard]] Result<SecretKey> derive_account(const Secp256k1& curve,
                                               const Seed& seed,
                                               std::uint32_t index);

}  // namespace berth::server
