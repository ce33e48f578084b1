// The dApp's half of the hello (design page "protocol", "Hello on a
// WebSocket"): the token itself is never part of it. Internal to the client.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "registry/base/result.h"
#include "registry/proof/proof.h"
#include "registry/record.h"

namespace berth::provider {

// One attempt, with a nonce of its own.
class Hello {
 public:
  // Errc::untrusted: the record has no token, so nothing can be proven.
  [[nodiscard]] static Result<Hello> begin(const registry::Record& record);

  [[nodiscard]] const std::string& nonce() const { return nonce_; }

  // What a WebSocket offers. `origin`: the page that is spoken for, as the
  // browser gave it; empty: the user's own program.
  [[nodiscard]] std::vector<std::string> offer(const std::string& origin) const;
  // The same as value of Sec-WebSocket-Protocol.
  [[nodiscard]] std::string subprotocols(const std::string& origin) const;

  // What the other side must say, for a program of the user's that asks in our
  // place.
  [[nodiscard]] const std::string& server_proof() const {
    return server_proof_;
  }

  // Whether the other side knows the token.
  [[nodiscard]] bool accepts(std::string_view server_proof) const;

  // The same for a whole message: the first frame of a WebSocket.
  [[nodiscard]] bool accepts_frame(std::string_view frame) const;
  // ... and the answer of POST /v1/hello.
  [[nodiscard]] bool accepts_body(std::string_view body) const;

 private:
  std::string nonce_;
  std::string client_proof_;
  std::string server_proof_;
};

}  // namespace berth::provider
