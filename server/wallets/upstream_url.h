// The address of an upstream: http(s)://, ws(s):// or ipc:/absolute/path.
#pragma once

#include <string>
#include <string_view>

#include "registry/base/result.h"

namespace berth::server {

struct UpstreamUrl {
  enum class Kind { http, ws, ipc };

  Kind kind = Kind::http;
  bool tls = false;
  std::string host;           // a name or an address, without brackets
  std::string port;           // decimal; the scheme's own when none was given
  std::string target;         // path and query, at least "/"
  std::string authorization;  // "Basic ..." made of user:password@, or empty
  std::string path;           // of the socket, ipc only
  std::string display_name;   // nothing in it is secret

  // What belongs into the Host header.
  [[nodiscard]] std::string authority() const;
};

// Errc::invalid; the message never repeats the URL, which may hold secrets.
[[nodiscard]] Result<UpstreamUrl> parse_upstream_url(std::string_view text);

}  // namespace berth::server
