#include "registry/proof/hello_answer.h"

#include <nlohmann/json.hpp>

#include "registry/base/strict_json.h"

namespace berth {

Result<std::string> answer_hello(const ProofSubject& subject,
                                 std::string_view token,
                                 std::string_view request) {
  auto body = parse_json(request);
  if (!body) return body.error();
  const auto nonce = body->find("nonce");
  if (nonce == body->end() || !nonce->is_string())
    return Error{Errc::invalid, "nonce must be a string"};
  const auto proof =
      make_proof(ProofRole::server, subject, token, nonce->get<std::string>());
  if (!proof)
    return Error{Errc::invalid, "nonce must be 32 bytes as base64url"};
  return nlohmann::json{{"proof", *proof}}.dump();
}

}  // namespace berth
