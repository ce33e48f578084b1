// Keys, signatures and addresses on the curve secp256k1 (SEC 2), as Ethereum
// uses them. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "registry/proof/hash.h"
#include "server/wallets/secret.h"

struct secp256k1_context_struct;

namespace berth::server {

using SecretKey = Secret<32>;
using Address = std::array<std::uint8_t, 20>;

struct Signature {
  Hash32 r{};
  Hash32 s{};        // in the lower half of the group order (EIP-2)
  int recovery = 0;  // 0 or 1

  // r, s, v = 27 + recovery as 65 bytes of "0x" hex: what personal_sign and
  // eth_signTypedData_v4 answer.
  [[nodiscard]] std::string to_hex() const;
};

// The curve with its tables, blinded by fresh randomness against side channels.
// Keys must be valid: is_valid(), or derived from one by add().
class Secp256k1 {
 public:
  Secp256k1();

  [[nodiscard]] bool is_valid(const SecretKey& key) const;
  // key + tweak modulo the group order; false, and `key` is zeros, when the
  // tweak is out of range or the sum is zero (about 2^-127).
  [[nodiscard]] bool add(SecretKey& key, const SecretKey& tweak) const;
  // Compressed, as BIP-32 hashes it.
  [[nodiscard]] std::array<std::uint8_t, 33> public_key(
      const SecretKey& key) const;
  [[nodiscard]] Address address(const SecretKey& key) const;
  // Deterministic (RFC 6979).
  [[nodiscard]] Signature sign(const SecretKey& key,
                               const Hash32& digest) const;

 private:
  using Context = secp256k1_context_struct;
  std::unique_ptr<Context, void (*)(Context*)> context_;
};

// "0x" and 40 digits in lower case, as nodes and wallets answer accounts.
[[nodiscard]] std::string to_hex(const Address& address);
// With the checksum of EIP-55 in the case of its letters.
[[nodiscard]] std::string to_checksum_hex(const Address& address);
// "0x" and 40 digits; with letters in both cases the checksum must hold.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

}  // namespace berth::server
