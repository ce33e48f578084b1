#include "server/http/policy.h"

#include <algorithm>
#include <array>

#include "registry/base/encoding.h"

namespace berth::http {
namespace {

using Check = std::optional<Rejection>;

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

bool starts_with_nocase(std::string_view text, std::string_view prefix) {
  return iequals(text.substr(0, prefix.size()), prefix);
}

bool lists(const RequestHead& head, std::string_view name,
           std::string_view token) {
  return std::ranges::any_of(head.list(name), [&](std::string_view item) {
    return iequals(item, token);
  });
}

// One line without its CRLF.
Check check_line(std::string_view line, bool first) {
  if (!first && (line.starts_with(' ') || line.starts_with('\t')))
    return Rejection{400, "folded header line"};
  if (std::ranges::any_of(line,
                          [](char c) { return is_control(c) && c != '\t'; }))
    return Rejection{400, "control character in the header"};
  return std::nullopt;
}

bool has(const std::vector<std::string>& paths, std::string_view path) {
  return std::ranges::find(paths, path) != paths.end();
}

bool is_open_at_any_localhost(const RequestHead& head, const Policy& policy) {
  if (policy.any_localhost.empty()) return false;
  return wants_service_worker(head) ||
         has(policy.any_localhost, path_of(head.target));
}

Check check_host(const RequestHead& head, const Policy& policy) {
  if (head.count("Host") != 1)
    return Rejection{400, "exactly one Host is required"};
  const auto host = *head.find("Host");
  const auto port = ":" + std::to_string(policy.port);
  const auto is = [&](std::string_view name) {
    return !name.empty() && host.size() == name.size() + port.size() &&
           host.starts_with(name) && host.ends_with(port);
  };
  if (is("127.0.0.1") || is("localhost") || is(policy.extra_host) ||
      (host.ends_with(".localhost" + port) &&
       is_open_at_any_localhost(head, policy)))
    return std::nullopt;
  return Rejection{403, "Host is not this server"};
}

// What two parsers may frame differently is smuggling (RFC 9112 section 6.3).
Check check_framing(const RequestHead& head) {
  const auto length = head.find("Content-Length").value_or("");
  if (head.count("Content-Length") > 1 || length.find(',') != length.npos ||
      head.count("Transfer-Encoding") > 1)
    return Rejection{400, "the body's length is stated twice"};
  const auto encoding = head.find("Transfer-Encoding");
  if (!encoding) return std::nullopt;
  if (head.find("Content-Length"))
    return Rejection{400, "both Content-Length and Transfer-Encoding"};
  if (!iequals(*encoding, "chunked"))
    return Rejection{400, "Transfer-Encoding must be chunked"};
  return std::nullopt;
}

bool is_page(std::string_view origin) {
  return origin.empty() || iequals(origin, "null") ||
         starts_with_nocase(origin, "http:") ||
         starts_with_nocase(origin, "https:");
}

Check check_origin(const RequestHead& head, const Policy& policy) {
  if (head.count("Origin") > 1) return Rejection{400, "more than one Origin"};
  const auto origin = head.find("Origin");
  if (origin && policy.refuse_pages && is_page(*origin))
    return Rejection{403, "web pages are not served here"};
  return std::nullopt;
}

// Sec-Fetch-* are forbidden to scripts, so a page cannot lie. What has none is
// no page of a browser, or of one that is too old to know them.
Check check_site(const RequestHead& head, const Policy& policy) {
  const auto site = head.find("Sec-Fetch-Site");
  if (!policy.other_sites || !site || wants_websocket(head))
    return std::nullopt;
  // "none": the user's own doing, such as a bookmark.
  if (*site == "same-origin" || *site == "none") return std::nullopt;
  const auto path = path_of(head.target);
  const bool tab = head.find("Sec-Fetch-Mode") == "navigate" &&
                   head.find("Sec-Fetch-Dest") == "document";
  if (has(policy.other_sites->open, path) ||
      (tab && has(policy.other_sites->pages, path)))
    return std::nullopt;
  return Rejection{403, "this is not for pages of other sites"};
}

// A page can send POST with text/plain or a form to anybody, but for JSON it
// must ask first by a preflight, which only an OPTIONS handler can allow.
Check check_content_type(const RequestHead& head) {
  if (head.method != "POST" && head.method != "DELETE") return std::nullopt;
  const auto type = head.find("Content-Type").value_or("");
  if (head.count("Content-Type") == 1 &&
      iequals(trim(type.substr(0, type.find(';'))), "application/json"))
    return std::nullopt;
  return Rejection{415, "Content-Type must be application/json"};
}

Check check_expect(const RequestHead& head) {
  const auto expect = head.find("Expect");
  if (!expect || iequals(*expect, "100-continue")) return std::nullopt;
  return Rejection{417, "Expect must be 100-continue"};
}

// 16 bytes in base64 are 22 digits, of which the last has 4 unused bits, and
// two '='.
bool is_websocket_key(std::string_view key) {
  if (key.size() != 24 || !key.ends_with("==")) return false;
  std::string url(key.substr(0, 22));
  if (url.find_first_of("-_") != std::string::npos) return false;
  std::ranges::replace(url, '+', '-');
  std::ranges::replace(url, '/', '_');
  return base64url_decode(url).has_value();
}

}  // namespace

HeaderScan scan_header(std::string_view bytes, std::size_t limit) {
  // Nothing behind the limit is looked at, so that the verdict does not depend
  // on how much came at once.
  const bool too_large = bytes.size() > limit;
  bytes = bytes.substr(0, limit);
  std::size_t start = 0;
  while (start < bytes.size()) {
    const auto end = bytes.find('\n', start);
    const bool whole = end != std::string_view::npos;
    auto line = bytes.substr(start, whole ? end - start : end);
    if (whole && !line.ends_with('\r'))
      return {0, Rejection{400, "LF without CR"}};
    // The last CR of an unfinished line may be that of its CRLF.
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (const auto bad = check_line(line, start == 0)) return {0, bad};
    if (!whole) break;
    if (line.empty()) return {end + 1, std::nullopt};
    start = end + 1;
  }
  if (too_large) return {0, Rejection{431, "the header is too large"}};
  return {};
}

std::optional<Rejection> check_head(const RequestHead& head,
                                    const Policy& policy) {
  if (!head.target.starts_with('/'))
    return Rejection{400, "the target must be a path"};
  if (const auto bad = check_host(head, policy)) return bad;
  if (const auto bad = check_framing(head)) return bad;
  if (const auto bad = check_origin(head, policy)) return bad;
  if (const auto bad = check_site(head, policy)) return bad;
  if (const auto bad = check_expect(head)) return bad;
  return check_content_type(head);
}

bool wants_service_worker(const RequestHead& head) {
  return head.find("Service-Worker") == "script";
}

bool wants_websocket(const RequestHead& head) {
  return lists(head, "Upgrade", "websocket") ||
         head.find("Sec-WebSocket-Key").has_value();
}

std::optional<Rejection> check_upgrade(const RequestHead& head) {
  if (head.method != "GET" || !head.http_1_1)
    return Rejection{400, "a WebSocket opens by GET over HTTP/1.1"};
  if (!lists(head, "Upgrade", "websocket") ||
      !lists(head, "Connection", "upgrade"))
    return Rejection{400, "Upgrade: websocket and Connection: upgrade needed"};
  if (head.count("Sec-WebSocket-Version") != 1 ||
      *head.find("Sec-WebSocket-Version") != "13")
    return Rejection{426, "Sec-WebSocket-Version must be 13"};
  if (head.count("Sec-WebSocket-Key") != 1 ||
      !is_websocket_key(*head.find("Sec-WebSocket-Key")))
    return Rejection{400, "Sec-WebSocket-Key must be 16 bytes in base64"};
  if (head.find("Content-Length").value_or("0") != "0" ||
      head.find("Transfer-Encoding"))
    return Rejection{400, "a WebSocket's handshake has no body"};
  return std::nullopt;
}

}  // namespace berth::http
