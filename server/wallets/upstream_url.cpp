#include "server/wallets/upstream_url.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "registry/base/encoding.h"

namespace berth::server {
namespace {

constexpr std::string_view kHint =
    "use http://, https://, ws:// or wss:// with a host, or ipc:/path/to.ipc";

Error invalid(const std::string& what) {
  return Error{Errc::invalid, "invalid upstream URL: " + what,
               std::string(kHint)};
}

struct Scheme {
  std::string_view prefix;
  UpstreamUrl::Kind kind;
  bool tls;
  std::string_view port;
};

constexpr Scheme kSchemes[] = {
    {"http://", UpstreamUrl::Kind::http, false, "80"},
    {"https://", UpstreamUrl::Kind::http, true, "443"},
    {"ws://", UpstreamUrl::Kind::ws, false, "80"},
    {"wss://", UpstreamUrl::Kind::ws, true, "443"},
};

bool is_address_literal(const std::string& host) {
  return host.find(':') != std::string::npos;
}

std::string bracketed(const std::string& host) {
  return is_address_literal(host) ? "[" + host + "]" : host;
}

bool is_port(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() &&
         value >= 1 && value <= 65535;
}

bool is_ipv6(const std::string& text) {
  in6_addr parsed{};
  return ::inet_pton(AF_INET6, text.c_str(), &parsed) == 1;
}

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

// RFC 3986 section 2.1; nullopt where a '%' has no two digits behind it.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto byte = hex_decode(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1) return std::nullopt;
    out += static_cast<char>(byte->front());
    i += 2;
  }
  return out;
}

// RFC 7617; base64 of RFC 4648 section 4, which differs from base64url in two
// characters and the padding.
std::string basic_credentials(const std::string& user_and_password) {
  auto text = base64url_encode(
      Bytes(user_and_password.begin(), user_and_password.end()));
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return "Basic " + text;
}

Result<UpstreamUrl> parse_ipc(std::string_view path) {
  if (path.empty() || path.front() != '/')
    return invalid("ipc: needs an absolute path");
  if (path.size() >= sizeof(sockaddr_un::sun_path))
    return invalid("the socket's path is longer than 107 bytes");
  UpstreamUrl url;
  url.kind = UpstreamUrl::Kind::ipc;
  url.path = path;
  url.display_name = "ipc:" + url.path;
  return url;
}

// `text` is [user:password@]host[:port].
Result<void> parse_authority(std::string_view text, UpstreamUrl& url) {
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    auto credentials = percent_decoded(text.substr(0, at));
    if (!credentials) return invalid("a % before the @ is not followed by hex");
    // Without a colon it is a user name with an empty password.
    if (credentials->find(':') == std::string::npos) *credentials += ':';
    url.authorization = basic_credentials(*credentials);
    text.remove_prefix(at + 1);
  }
  const bool literal = text.starts_with('[');
  const auto host_end = literal ? text.find(']') : text.find(':');
  if (literal && host_end == std::string_view::npos)
    return invalid("the host's [ has no ]");
  url.host = text.substr(literal ? 1 : 0, host_end - (literal ? 1 : 0));
  if (literal ? !is_ipv6(url.host) : !is_name(url.host))
    return invalid("the host is missing or has characters no host has");
  auto rest = host_end == std::string_view::npos
                  ? std::string_view()
                  : text.substr(host_end + (literal ? 1 : 0));
  if (rest.empty()) return {};
  if (rest.front() != ':' || !is_port(rest.substr(1)))
    return invalid("the port is not 1 to 65535");
  url.port = rest.substr(1);
  return {};
}

Result<UpstreamUrl> parse_network(const Scheme& scheme, std::string_view rest) {
  UpstreamUrl url;
  url.kind = scheme.kind;
  url.tls = scheme.tls;
  url.port = scheme.port;
  const auto target = rest.find_first_of("/?");
  const auto authority = parse_authority(rest.substr(0, target), url);
  if (!authority) return authority.error();
  if (target != std::string_view::npos) url.target = rest.substr(target);
  if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');
  url.display_name = std::string(scheme.prefix) + url.authority();
  return url;
}

}  // namespace

std::string UpstreamUrl::authority() const {
  const bool usual = port == (tls ? "443" : "80");
  return bracketed(host) + (usual ? "" : ":" + port);
}

Result<UpstreamUrl> parse_upstream_url(std::string_view text) {
  // A line break or a space would end the request line it is put into.
  const auto plain = [](char c) { return c > 0x20 && c < 0x7f; };
  if (!std::all_of(text.begin(), text.end(), plain))
    return invalid("it holds a space, a control or a non-ASCII character");
  if (text.find('#') != std::string_view::npos)
    return invalid("it has a fragment (#)");
  if (text.starts_with("ipc:")) return parse_ipc(text.substr(4));
  for (const auto& scheme : kSchemes) {
    if (text.starts_with(scheme.prefix))
      return parse_network(scheme, text.substr(scheme.prefix.size()));
  }
  return invalid("its scheme is not one Berth speaks");
}

}  // namespace berth::server
