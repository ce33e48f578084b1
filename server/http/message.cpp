#include "server/http/message.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "registry/base/encoding.h"

namespace berth::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; }

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto byte = hex_decode(text.substr(i + 1, 2));
    if (!byte) return std::nullopt;
    out += static_cast<char>(byte->front());
    i += 2;
  }
  return out;
}

void append(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_headers(std::string& out, const Response& response) {
  for (const auto& header : security_headers()) {
    const bool replaced = std::ranges::any_of(
        response.headers,
        [&](const Header& h) { return iequals(h.name, header.name); });
    if (!replaced) append(out, header.name, header.value);
  }
  for (const auto& [name, value] : response.headers) append(out, name, value);
}

}  // namespace

bool iequals(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::string_view> RequestHead::find(std::string_view name) const {
  for (const auto& header : headers)
    if (iequals(header.name, name)) return header.value;
  return std::nullopt;
}

std::size_t RequestHead::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      headers, [&](const Header& h) { return iequals(h.name, name); }));
}

std::vector<std::string_view> RequestHead::list(std::string_view name) const {
  std::vector<std::string_view> items;
  for (const auto& header : headers) {
    if (!iequals(header.name, name)) continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const auto item = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), item.size() + 1));
      if (!trim(item).empty()) items.push_back(trim(item));
    }
  }
  return items;
}

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

std::optional<std::string> Request::query_parameter(
    std::string_view name) const {
  std::optional<std::string> found;
  std::string_view rest = query;
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) != name) continue;
    if (found) return std::nullopt;
    found = percent_decode(pair.substr(std::min(equals + 1, pair.size())));
    if (!found) return std::nullopt;
  }
  return found;
}

Response error_response(int status, std::string_view text) {
  const nlohmann::json body{{"error", text}};
  return {status,
          body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

Response too_many_requests(std::chrono::milliseconds wait,
                           std::string_view text) {
  const nlohmann::json body{{"error", text}, {"retry_after_ms", wait.count()}};
  Response response(429, body.dump());
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
  response.headers = {{"Retry-After", std::to_string(seconds.count())}};
  return response;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 303:
      return "See Other";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

const std::vector<Header>& security_headers() {
  static const std::vector<Header> headers{
      {"X-Content-Type-Options", "nosniff"},
      {"Cache-Control", "no-store"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
  };
  return headers;
}

std::string serialize(const Response& response, const Framing& framing) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out.append(reason_phrase(response.status)).append("\r\n");
  append_headers(out, response);
  if (response.chunks || !response.body.empty())
    append(out, "Content-Type", response.content_type);
  if (response.chunks) {
    if (framing.http_1_1) append(out, "Transfer-Encoding", "chunked");
  } else if (response.status != 204) {  // RFC 9110 section 8.6
    append(out, "Content-Length", std::to_string(response.body.size()));
  }
  append(out, "Connection", framing.keep_alive ? "keep-alive" : "close");
  out += "\r\n";
  if (!response.chunks && !framing.head_only) out += response.body;
  return out;
}

std::string encode_chunk(std::string_view piece) {
  std::array<char, 16> size{};
  const auto end =
      std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16);
  std::string out(size.data(), end.ptr);
  return out.append("\r\n").append(piece).append("\r\n");
}

}  // namespace berth::http
