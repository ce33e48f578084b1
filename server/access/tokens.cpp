#include "server/access/tokens.h"

#include "registry/base/random.h"

namespace berth::server {

Tokens::Tokens(std::string admin) {
  tokens_.push_back({std::move(admin), Scope::admin});
}

Result<std::string> Tokens::issue() {
  if (tokens_.size() == kMaxTokens)
    return Error{Errc::failed,
                 "too many tokens: " + std::to_string(kMaxTokens),
                 "they end when the instance is restarted"};
  tokens_.push_back({random_token(), Scope::connect});
  return tokens_.back().text;
}

std::optional<Scope> Tokens::scope_of(std::string_view token) const {
  std::optional<Scope> scope;
  // All of them, always: how long it takes tells nothing.
  for (const auto& known : tokens_)
    if (proofs_equal(known.text, token)) scope = known.scope;
  return scope;
}

std::optional<Tokens::Hello> Tokens::answer_hello(
    const ProofSubject& subject, std::string_view nonce,
    std::string_view client_proof) const {
  for (const auto& token : tokens_) {
    const auto expected =
        make_proof(ProofRole::client, subject, token.text, nonce);
    if (!expected || !proofs_equal(*expected, client_proof)) continue;
    auto proof = make_proof(ProofRole::server, subject, token.text, nonce);
    return Hello{token.scope, std::move(*proof)};
  }
  return std::nullopt;
}

}  // namespace berth::server
