// Requests and responses as plain data.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
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

// A request target up to '?', as it came.
[[nodiscard]] std::string_view path_of(std::string_view target);

// What a handler gets. It has passed policy: it has one Host, which is ours
// (find("Host") tells which of our names it is, with the port), its target
// starts with '/', POST and DELETE carry application/json.
struct Request : RequestHead {
  std::string path;                     // path_of(target)
  std::string query;                    // after '?', as it came
  std::vector<std::string> parameters;  // what the route's {} stand for
  std::string body;
  // Lives until the handler has answered and its stream has ended or, for an
  // upgrade that was accepted, until on_close has returned.
  Connection* connection = nullptr;

  // A parameter of the query, percent-decoded. nullopt: not there, or there
  // twice, or badly encoded.
  [[nodiscard]] std::optional<std::string> query_parameter(
      std::string_view name) const;
};

// Gives the next piece of a body that comes bit by bit; nullopt: that was all;
// an empty piece is skipped. It is cancelled (asio terminal cancellation), and
// not called again, when the client goes away or the server stops. An exception
// that leaves it is logged and breaks the response off.
using Chunks =
    std::function<boost::asio::awaitable<std::optional<std::string>>()>;

// Security headers, Content-Length and Connection are added when it is sent.
struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  // One that names a security header stands instead of ours.
  std::vector<Header> headers;
  // Instead of `body`, for as long as it takes; but a client that does not read
  // a piece within Limits::transfer_time is cut, and so is an unproven one
  // after Limits::unproven_time.
  Chunks chunks;
  // The connection is closed after it.
  bool last = false;

  Response() = default;
  Response(int s, std::string b) : status(s), body(std::move(b)) {}
};

// {"error":"<text>"}: how this library words its own refusals.
[[nodiscard]] Response error_response(int status, std::string_view text);

// 429 (RFC 6585 section 4) with Retry-After, and "retry_after_ms" in its body.
[[nodiscard]] Response too_many_requests(std::chrono::milliseconds wait,
                                         std::string_view text);

// RFC 9110 section 15 "Not Found"; "Status" for one we never send.
[[nodiscard]] std::string_view reason_phrase(int status);

// How a response goes out on its connection.
struct Framing {
  bool keep_alive = false;
  bool head_only = false;  // without the body (RFC 9110 section 9.3.2)
  bool http_1_1 = true;    // HTTP/1.0: chunks end with the connection
};

// The bytes to send; of a response in chunks, those before the first.
[[nodiscard]] std::string serialize(const Response& response,
                                    const Framing& framing);

// `piece` as a chunk (RFC 9112 section 7.1); an empty one is the end of all.
[[nodiscard]] std::string encode_chunk(std::string_view piece);

// On every response whose handler says nothing else, a WebSocket's 101 too.
// There is no CORS header among them: no page may read anything by fetch,
// unless a handler allows it.
[[nodiscard]] const std::vector<Header>& security_headers();

// Without blanks and tabs around it.
[[nodiscard]] std::string_view trim(std::string_view text);
// Equal without regard to the case of ASCII letters.
[[nodiscard]] bool iequals(std::string_view a, std::string_view b);

}  // namespace berth::http
