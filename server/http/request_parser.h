// Bytes to one request. Knows no sockets: tests and fuzzers feed it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "server/http/limits.h"
#include "server/http/policy.h"

namespace berth::http {

// One request; make a new one for the next.
class RequestParser {
 public:
  explicit RequestParser(const Limits& limits);
  RequestParser(RequestParser&&) noexcept;
  ~RequestParser();

  // Takes what belongs to the request from the front of `buffer`, up to the
  // end of the header, then, in the next call, up to the end of the body. What
  // is left belongs to it still, or to the next request. After a rejection
  // (400, 413, 431) the connection is of no more use.
  [[nodiscard]] std::optional<Rejection> feed(std::string& buffer);

  [[nodiscard]] bool has_head() const { return has_head_; }
  [[nodiscard]] bool done() const;
  // From has_head() on.
  [[nodiscard]] const RequestHead& head() const { return head_; }
  [[nodiscard]] bool keep_alive() const;  // what the client wants
  // From done() on; leaves it empty.
  [[nodiscard]] std::string take_body();

 private:
  struct Impl;

  std::optional<Rejection> feed_head(std::string& buffer);
  std::optional<Rejection> feed_body(std::string& buffer);

  std::size_t header_limit_;
  std::unique_ptr<Impl> impl_;
  RequestHead head_;
  bool has_head_ = false;
};

}  // namespace berth::http
