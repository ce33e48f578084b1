#include "server/wallets/key_ring.h"

#include <algorithm>

#include "server/wallets/hd_key.h"

namespace berth::server {

Result<KeyRing> KeyRing::derive(const SecretText& mnemonic, std::size_t count) {
  const Seed seed = mnemonic_seed(mnemonic);
  KeyRing ring;
  for (std::size_t i = 0; i < count; ++i) {
    auto key = derive_account(ring.curve_, seed, static_cast<std::uint32_t>(i));
    if (!key) return key.error();
    ring.addresses_.push_back(ring.curve_.address(*key));
    ring.keys_.push_back(std::move(*key));
  }
  return ring;
}

const SecretKey* KeyRing::find(const Address& address) const {
  const auto found = std::ranges::find(addresses_, address);
  return found == addresses_.end() ? nullptr
                                   : &keys_[found - addresses_.begin()];
}

}  // namespace berth::server
