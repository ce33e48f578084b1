// What a client says of itself in the WebSocket handshake. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::server {

inline constexpr std::string_view kSubprotocol = "berth.v1";

struct ClientHello {
  std::string nonce;
  std::string proof;
  // The page that a token holder speaks for; nullopt: a native program.
  std::optional<std::string> origin;
};

// Of the subprotocols a client offers: `berth.v1`, one
// `berth.hello.<nonce>.<proof>`, at most one `berth.origin.<base64url>`
// of what is_origin().
// nullopt: anything else.
[[nodiscard]] std::optional<ClientHello> parse_hello(
    const std::vector<std::string_view>& subprotocols);

}  // namespace berth::server
