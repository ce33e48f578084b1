#include "server/wallets/secp256k1.h"

#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include <algorithm>
#include <stdexcept>

#include "registry/base/encoding.h"
#include "registry/base/random.h"

namespace berth::server {
namespace {

// Calls that fail for invalid keys only, which no caller may pass.
void require(int ok, const char* what) {
  if (ok != 1) throw std::logic_error(what);
}

}  // namespace

std::string Signature::to_hex() const {
  const auto v = static_cast<std::uint8_t>(27 + recovery);
  return "0x" + hex_encode(r) + hex_encode(s) + hex_encode({&v, 1});
}

Secp256k1::Secp256k1()
    : context_(secp256k1_context_create(SECP256K1_CONTEXT_NONE),
               secp256k1_context_destroy) {
  Secret<32> seed;
  fill_random(seed.bytes());
  require(secp256k1_context_randomize(context_.get(), seed.bytes().data()),
          "secp256k1_context_randomize failed");
}

bool Secp256k1::is_valid(const SecretKey& key) const {
  return secp256k1_ec_seckey_verify(context_.get(), key.bytes().data()) == 1;
}

bool Secp256k1::add(SecretKey& key, const SecretKey& tweak) const {
  return secp256k1_ec_seckey_tweak_add(context_.get(), key.bytes().data(),
                                       tweak.bytes().data()) == 1;
}

std::array<std::uint8_t, 33> Secp256k1::public_key(const SecretKey& key) const {
  secp256k1_pubkey point;
  require(
      secp256k1_ec_pubkey_create(context_.get(), &point, key.bytes().data()),
      "public key of an invalid secret key");
  std::array<std::uint8_t, 33> out;
  std::size_t size = out.size();
  secp256k1_ec_pubkey_serialize(context_.get(), out.data(), &size, &point,
                                SECP256K1_EC_COMPRESSED);
  return out;
}

Address Secp256k1::address(const SecretKey& key) const {
  secp256k1_pubkey point;
  require(
      secp256k1_ec_pubkey_create(context_.get(), &point, key.bytes().data()),
      "address of an invalid secret key");
  std::array<std::uint8_t, 65> xy;
  std::size_t size = xy.size();
  secp256k1_ec_pubkey_serialize(context_.get(), xy.data(), &size, &point,
                                SECP256K1_EC_UNCOMPRESSED);
  // The yellow paper's appendix F: the last 20 bytes of the hash of x and y,
  // without the leading 04.
  const auto hash = keccak256(ByteView(xy).subspan(1));
  Address address;
  std::ranges::copy(ByteView(hash).last(address.size()), address.begin());
  return address;
}

Signature Secp256k1::sign(const SecretKey& key, const Hash32& digest) const {
  secp256k1_ecdsa_recoverable_signature raw;
  require(secp256k1_ecdsa_sign_recoverable(
              context_.get(), &raw, digest.data(), key.bytes().data(),
              secp256k1_nonce_function_rfc6979, nullptr),
          "signature by an invalid secret key");
  std::array<std::uint8_t, 64> compact;
  Signature signature;
  secp256k1_ecdsa_recoverable_signature_serialize_compact(
      context_.get(), compact.data(), &signature.recovery, &raw);
  std::copy_n(compact.begin(), 32, signature.r.begin());
  std::copy_n(compact.begin() + 32, 32, signature.s.begin());
  return signature;
}

std::string to_hex(const Address& address) {
  return "0x" + hex_encode(address);
}

std::string to_checksum_hex(const Address& address) {
  std::string digits = hex_encode(address);
  const auto hash = keccak256(
      {reinterpret_cast<const std::uint8_t*>(digits.data()), digits.size()});
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int nibble = hash[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0xf;
    if (digits[i] >= 'a' && nibble >= 8) digits[i] -= 'a' - 'A';
  }
  return "0x" + digits;
}

std::optional<Address> parse_address(std::string_view text) {
  if (text.size() != 42 || !text.starts_with("0x")) return std::nullopt;
  const auto digits = text.substr(2);
  const auto bytes = hex_decode(digits);
  if (!bytes) return std::nullopt;
  Address address;
  std::ranges::copy(*bytes, address.begin());
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'F'; };
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'f'; };
  const bool mixed = std::ranges::any_of(digits, is_upper) &&
                     std::ranges::any_of(digits, is_lower);
  if (mixed && to_checksum_hex(address) != text) return std::nullopt;
  return address;
}

}  // namespace berth::server
