// The secrets that open one instance. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/base/result.h"
#include "registry/proof/proof.h"

namespace berth::server {

enum class Scope {
  admin,    // the record's own token: everything
  connect,  // connect and call, not administer
};

class Tokens {
 public:
  // A hello tries every living token, so their number is bounded.
  static constexpr std::size_t kMaxTokens = 16;

  // `admin` is the token of the record.
  explicit Tokens(std::string admin);

  // A new `connect` token; dies with the instance. Errc::failed: there are
  // kMaxTokens already.
  [[nodiscard]] Result<std::string> issue();

  // What `token` may do; nullopt: it is none of ours. Constant time in it.
  [[nodiscard]] std::optional<Scope> scope_of(std::string_view token) const;

  // The server's proof, by the token with which `client_proof` was made.
  // nullopt: it was made with none of ours.
  struct Hello {
    Scope scope;
    std::string proof;
  };
  [[nodiscard]] std::optional<Hello> answer_hello(
      const ProofSubject& subject, std::string_view nonce,
      std::string_view client_proof) const;

 private:
  struct Token {
    std::string text;
    Scope scope;
  };
  std::vector<Token> tokens_;  // the record's own first
};

}  // namespace berth::server
