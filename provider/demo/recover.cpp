#include "provider/demo/recover.h"

#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include <array>
#include <memory>

#include "registry/base/encoding.h"
#include "registry/proof/hash.h"

namespace berth::provider::demo {
namespace {

constexpr std::size_t kSignatureBytes = 65;

Hash32 personal_digest(std::string_view message) {
  std::string text =
      "\x19"
      "Ethereum Signed Message:\n";
  text += std::to_string(message.size());
  text += message;
  return keccak256(
      {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace

std::optional<std::string> recover_signer(std::string_view message,
                                          std::string_view signature) {
  if (!signature.starts_with("0x")) return std::nullopt;
  const auto bytes = hex_decode(signature.substr(2));
  if (!bytes || bytes->size() != kSignatureBytes) return std::nullopt;
  const int recovery = bytes->back() - 27;
  if (recovery != 0 && recovery != 1) return std::nullopt;

  const std::unique_ptr<secp256k1_context, void (*)(secp256k1_context*)>
      context(secp256k1_context_create(SECP256K1_CONTEXT_NONE),
              secp256k1_context_destroy);
  const Hash32 digest = personal_digest(message);
  secp256k1_ecdsa_recoverable_signature parsed;
  secp256k1_pubkey key;
  if (secp256k1_ecdsa_recoverable_signature_parse_compact(
          context.get(), &parsed, bytes->data(), recovery) != 1 ||
      secp256k1_ecdsa_recover(context.get(), &key, &parsed, digest.data()) != 1)
    return std::nullopt;

  std::array<std::uint8_t, 65> point{};
  std::size_t size = point.size();
  secp256k1_ec_pubkey_serialize(context.get(), point.data(), &size, &key,
                                SECP256K1_EC_UNCOMPRESSED);
  // An address is the last 20 bytes of the hash of x and y (yellow paper,
  // appendix F), without the leading 04.
  const Hash32 hash = keccak256(ByteView(point).subspan(1));
  return "0x" + hex_encode(ByteView(hash).last(20));
}

}  // namespace berth::provider::demo
