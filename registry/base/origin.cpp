#include "registry/base/origin.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace berth {
namespace {

constexpr std::size_t kMaxHostBytes = 253;  // RFC 1035 section 2.3.4, as text

struct Parts {
  std::string_view scheme, host, port;  // port: without ':', empty: default
};

std::optional<Parts> split(std::string_view text) {
  Parts parts;
  for (const std::string_view scheme : {"http", "https"})
    if (text.starts_with(scheme) &&
        text.substr(scheme.size()).starts_with("://"))
      parts.scheme = scheme;
  if (parts.scheme.empty()) return std::nullopt;
  parts.host = text.substr(parts.scheme.size() + 3);
  const auto bracket = parts.host.rfind(']');
  const auto colon = parts.host.rfind(':');
  if (colon == std::string_view::npos ||
      (bracket != std::string_view::npos && colon < bracket))
    return parts;
  parts.port = parts.host.substr(colon + 1);
  parts.host = parts.host.substr(0, colon);
  return parts.port.empty() ? std::nullopt : std::optional(parts);
}

bool is_port(std::string_view text, std::string_view scheme) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  const bool is_default = port == (scheme == "https" ? 443 : 80);
  return error == std::errc() && rest == end && text[0] != '0' && !is_default;
}

// As a browser writes it: shortest form, lower case (RFC 5952).
bool is_ipv6(std::string_view text) {
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> shortest{};
  return ::inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1 &&
         ::inet_ntop(AF_INET6, &address, shortest.data(), shortest.size()) &&
         text == shortest.data();
}

bool is_ipv4(std::string_view text) {
  in_addr address{};
  return ::inet_pton(AF_INET, std::string(text).c_str(), &address) == 1;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_host_name(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_' ||
           c == '.';
  });
  if (text.empty() || text.size() > kMaxHostBytes || !plain ||
      text.front() == '.' || text.find("..") != std::string_view::npos)
    return false;
  // The URL standard reads a host whose last label is a number as IPv4.
  const auto last = text.substr(text.rfind('.') + 1);
  const bool number = std::all_of(last.begin(), last.end(), is_digit);
  return last.empty() || !number || is_ipv4(text);
}

}  // namespace

bool is_origin(std::string_view text) {
  const auto parts = split(text);
  if (!parts) return false;
  if (!parts->port.empty() && !is_port(parts->port, parts->scheme))
    return false;
  const auto host = parts->host;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    return is_ipv6(host.substr(1, host.size() - 2));
  return is_host_name(host);
}

bool is_loopback_origin(std::string_view origin) {
  auto host = split(origin)->host;
  if (host.ends_with('.')) host.remove_suffix(1);
  return host == "localhost" || host.ends_with(".localhost") ||
         host == "[::1]" || (host.starts_with("127.") && is_ipv4(host));
}

}  // namespace berth
