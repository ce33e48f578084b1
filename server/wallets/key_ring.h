// The accounts of a mnemonic. One thread.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "registry/base/result.h"
#include "server/wallets/bip39.h"
#include "server/wallets/secp256k1.h"

namespace berth::server {

class KeyRing {
 public:
  // The first `count` accounts of m/44'/60'/0'/0/i; Errc::failed where BIP-32
  // defines no key.
  [[nodiscard]] static Result<KeyRing> derive(const SecretText& mnemonic,
                                              std::size_t count);

  [[nodiscard]] const std::vector<Address>& addresses() const {
    return addresses_;
  }
  // nullptr: not an account of this ring.
  [[nodiscard]] const SecretKey* find(const Address& address) const;
  [[nodiscard]] const Secp256k1& curve() const { return curve_; }

 private:
  KeyRing() = default;

  Secp256k1 curve_;
  std::vector<Address> addresses_;
  std::vector<SecretKey> keys_;  // in the order of addresses_
};

}  // namespace berth::server
