#include "registry/proof/proof.h"

#include <algorithm>

#include "registry/base/encoding.h"
#include "registry/proof/hash.h"

namespace berth {
namespace {

constexpr std::size_t kSecretBytes = 32;

std::optional<Bytes> decode_32(std::string_view text) {
  auto bytes = base64url_decode(text);
  if (!bytes || bytes->size() != kSecretBytes) return std::nullopt;
  return bytes;
}

bool is_subject(const ProofSubject& subject) {
  const auto bad_in_id = [](char c) {
    return c == 0 || (c >= 'A' && c <= 'Z');
  };
  return !subject.id.empty() && !subject.host.empty() && subject.port != 0 &&
         std::ranges::none_of(subject.id, bad_in_id) &&
         subject.host.find('\0') == std::string::npos;
}

}  // namespace

bool is_nonce(std::string_view text) { return decode_32(text).has_value(); }

std::optional<std::string> make_proof(ProofRole role,
                                      const ProofSubject& subject,
                                      std::string_view token,
                                      std::string_view nonce) {
  const auto key = decode_32(token);
  const auto nonce_bytes = decode_32(nonce);
  if (!key || !nonce_bytes || !is_subject(subject)) return std::nullopt;

  std::string text =
      role == ProofRole::client ? "berth-client-v1" : "berth-server-v1";
  for (const auto& part :
       {subject.id, subject.host, std::to_string(subject.port)})
    text.append(1, '\0').append(part);
  text.append(1, '\0').append(nonce_bytes->begin(), nonce_bytes->end());
  return base64url_encode(hmac_sha256(*key, bytes_of(text)));
}

bool proofs_equal(std::string_view a, std::string_view b) {
  return !a.empty() && equal_in_constant_time(bytes_of(a), bytes_of(b));
}

}  // namespace berth
