// Requests and responses as plain data.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::http {

class Connection;

struct Header {
  std::string name;
  std::string value;
};

// A request line with its header fields, as they came.
struct RequestHead {
  std::string method;
  std::string target;
  bool http_1_1 = true;  // false: HTTP/1.0
  std::vector<Header> headers;

  // Of the first such field, without regard to case; nullopt: there is none.
  [[nodiscard]] std::optional<std::string_view> find(
      std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  // The items of all such fields, which are comma-separated lists.
  [[nodiscard]] std::vector<std::string_view> list(std::string_view name) const;
};

// What a handler gets. It has passed policy: its Host is ours, its target
// starts with '/', POST and DELETE carry application/json.
struct Request : RequestHead {
  std::string path;                     // target up to '?', as it came
  std::string query;                    // after '?', as it came
  std::vector<std::string> parameters;  // what the route's {} stand for
  std::string body;
  // Lives until the handler has answered or, for an upgrade that was accepted,
  // until on_close has returned.
  Connection* connection = nullptr;

  // A parameter of the query, percent-decoded. nullopt: not there, or there
  // twice, or badly encoded.
  [[nodiscard]] std::optional<std::string> query_parameter(
      std::string_view name) const;
};

// Security headers, Content-Length and Connection are added when it is sent.
struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<Header> headers;

  Response() = default;
  Response(int s, std::string b) : status(s), body(std::move(b)) {}
};

// {"error":"<text>"}: how this library words its own refusals.
[[nodiscard]] Response error_response(int status, std::string_view text);

// RFC 9110 section 15 "Not Found"; "Status" for one we never send.
[[nodiscard]] std::string_view reason_phrase(int status);

// The bytes to send. `head_only` leaves the body out (RFC 9110 9.3.2).
[[nodiscard]] std::string serialize(const Response& response, bool keep_alive,
                                    bool head_only);

// On every response, a WebSocket's 101 too. No CORS header, ever: no page may
// read anything here by fetch.
[[nodiscard]] const std::vector<Header>& security_headers();

// Without blanks and tabs around it.
[[nodiscard]] std::string_view trim(std::string_view text);
// Equal without regard to the case of ASCII letters.
[[nodiscard]] bool iequals(std::string_view a, std::string_view b);

}  // namespace berth::http
