// The hello: both sides prove that they know a record's token without sending
// it. The wire is design page "protocol", section "Hello on a WebSocket"; a
// vector for other implementations is registry/hello-vector.json.
//
//   proof = base64url(HMAC-SHA256(token bytes,
//             role 00 id 00 host 00 port 00 nonce bytes))
//
// Pure functions, any thread. A fresh nonce is random_token().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

// Who proves. Different texts, so that neither proof can be sent back as the
// other one.
enum class ProofRole { client, server };

// The instance that is spoken to: `id` and `endpoint` of its record.
struct ProofSubject {
  std::string id;    // lower-case ASCII
  std::string host;  // literal address, as in the record
  std::uint16_t port = 0;
};

// A nonce is 32 bytes as base64url without padding: 43 characters.
[[nodiscard]] bool is_nonce(std::string_view text);

// 43 characters of base64url. nullopt when token or nonce is not 32 bytes of
// base64url, or the subject could not stand in a record (empty, a capital
// letter in the id, a 0 byte in id or host, port 0).
[[nodiscard]] std::optional<std::string> make_proof(ProofRole role,
                                                    const ProofSubject& subject,
                                                    std::string_view token,
                                                    std::string_view nonce);

// Constant time in the content. An empty proof equals nothing.
[[nodiscard]] bool proofs_equal(std::string_view a, std::string_view b);

}  // namespace berth
