#include "server/http/request_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cctype>

namespace berth::http {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;

Rejection rejection_for(const boost::system::error_code& error) {
  if (error == beast_http::error::body_limit)
    return {413, "the body is too large"};
  return {400, "not an HTTP/1.1 request"};
}

// Whether `buffer`, at a chunk that is not the last, has its whole size line.
bool has_size_line(std::string_view buffer) {
  if (buffer.starts_with("\r\n")) buffer.remove_prefix(2);  // of the one before
  const auto size = buffer.find_first_not_of('0');
  return size != buffer.npos &&
         std::isxdigit(static_cast<unsigned char>(buffer[size])) != 0 &&
         buffer.find("\r\n", size) != buffer.npos;
}

}  // namespace

struct RequestParser::Impl {
  beast_http::request_parser<beast_http::string_body> parser;
};

RequestParser::RequestParser(const Limits& limits)
    : header_limit_(limits.header_size), impl_(std::make_unique<Impl>()) {
  impl_->parser.header_limit(static_cast<std::uint32_t>(limits.header_size));
  impl_->parser.body_limit(limits.body_size);
}

RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser::~RequestParser() = default;

std::optional<Rejection> RequestParser::feed(std::string& buffer) {
  return has_head_ ? feed_body(buffer) : feed_head(buffer);
}

std::optional<Rejection> RequestParser::feed_head(std::string& buffer) {
  const auto scan = scan_header(buffer, header_limit_);
  if (scan.rejection) return scan.rejection;
  if (scan.size == 0) return std::nullopt;
  auto& parser = impl_->parser;
  boost::system::error_code error;
  parser.put(asio::buffer(buffer.data(), scan.size), error);
  buffer.erase(0, scan.size);
  if (error) return rejection_for(error);
  const auto& message = parser.get();
  head_.method = message.method_string();
  head_.target = message.target();
  head_.http_1_1 = message.version() == 11;
  for (const auto& field : message)
    head_.headers.push_back({field.name_string(), field.value()});
  has_head_ = true;
  return std::nullopt;
}

std::optional<Rejection> RequestParser::feed_body(std::string& buffer) {
  auto& parser = impl_->parser;
  // A piece at a time, so that the verdict does not depend on how much came at
  // once. A chunked body that has not ended has 5 bytes left, "0\r\n\r\n", and
  // Beast 1.81 ends the program (an assertion) where it gets only 4 of them.
  parser.eager(false);
  const std::size_t least = parser.chunked() ? 5 : 1;
  while (!parser.is_done() && buffer.size() >= least) {
    boost::system::error_code error;
    const auto taken = parser.put(asio::buffer(buffer, header_limit_), error);
    buffer.erase(0, taken);
    if (error && error != beast_http::error::need_more)
      return rejection_for(error);
    if (taken > 0) continue;
    // Beast 1.81 looks for the end of a quoted extension beyond its line, and
    // counts the chunk against the body's limit each time.
    if (parser.chunked() && has_size_line(buffer))
      return Rejection{400, "a chunk's extension has an open quote"};
    break;
  }
  // Chunk extensions and trailers are no part of the body that is limited.
  if (!parser.is_done() && buffer.size() > header_limit_)
    return Rejection{400, "a chunk's header is too large"};
  return std::nullopt;
}

bool RequestParser::done() const {
  return has_head_ && impl_->parser.is_done();
}

bool RequestParser::keep_alive() const { return impl_->parser.keep_alive(); }

std::string RequestParser::take_body() {
  return std::move(impl_->parser.get().body());
}

}  // namespace berth::http
