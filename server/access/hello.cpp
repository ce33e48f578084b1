#include "server/access/hello.h"

#include "registry/base/encoding.h"
#include "registry/base/origin.h"

namespace berth::server {
namespace {

constexpr std::string_view kHello = "berth.hello.";
constexpr std::string_view kOrigin = "berth.origin.";

bool take_hello(std::string_view text, ClientHello& hello) {
  const auto dot = text.find('.');
  if (!hello.nonce.empty() || dot == std::string_view::npos) return false;
  hello.nonce = text.substr(0, dot);
  hello.proof = text.substr(dot + 1);
  return !hello.nonce.empty() && !hello.proof.empty();
}

bool take_origin(std::string_view text, ClientHello& hello) {
  const auto bytes = base64url_decode(text);
  if (hello.origin || !bytes) return false;
  hello.origin = std::string(bytes->begin(), bytes->end());
  return is_origin(*hello.origin);
}

}  // namespace

std::optional<ClientHello> parse_hello(
    const std::vector<std::string_view>& subprotocols) {
  ClientHello hello;
  bool version = false;
  for (std::string_view offered : subprotocols) {
    bool good = false;
    if (offered == kSubprotocol) {
      good = !version;
      version = true;
    } else if (offered.starts_with(kHello)) {
      good = take_hello(offered.substr(kHello.size()), hello);
    } else if (offered.starts_with(kOrigin)) {
      good = take_origin(offered.substr(kOrigin.size()), hello);
    }
    if (!good) return std::nullopt;
  }
  if (!version || hello.nonce.empty()) return std::nullopt;
  return hello;
}

}  // namespace berth::server
