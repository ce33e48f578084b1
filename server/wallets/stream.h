// One connection as bytes, whatever carries it: TCP, TLS or a unix socket. The
// HTTP and WebSocket code is compiled once, for this type.
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <memory>
#include <utility>

namespace berth::server {

class ByteStream {
 public:
  // A read or write takes no more than this many pieces; "some" allows less.
  static constexpr std::size_t kBuffers = 8;
  using ReadBuffers = std::array<boost::asio::mutable_buffer, kBuffers>;
  using WriteBuffers = std::array<boost::asio::const_buffer, kBuffers>;
  using Handler = boost::asio::any_completion_handler<void(
      boost::system::error_code, std::size_t)>;

  virtual ~ByteStream() = default;
  virtual boost::asio::any_io_executor executor() = 0;
  virtual void read_some(const ReadBuffers& buffers, Handler handler) = 0;
  virtual void write_some(const WriteBuffers& buffers, Handler handler) = 0;
  // Aborts what is pending.
  virtual void close() = 0;
  // False when the peer has closed, or said something nobody asked for: then
  // the connection must not be used for another request.
  virtual bool quiet() = 0;
};

// A connected socket, TCP or unix.
[[nodiscard]] std::unique_ptr<ByteStream> make_socket_stream(
    boost::asio::generic::stream_protocol::socket socket);

// What ByteStream::quiet() says of the socket beneath.
[[nodiscard]] bool is_quiet(int socket);

// Owns a ByteStream and is what Asio and Beast call an AsyncStream.
class Stream {
 public:
  using executor_type = boost::asio::any_io_executor;

  explicit Stream(std::unique_ptr<ByteStream> bytes)
      : bytes_(std::move(bytes)) {}

  executor_type get_executor() const { return bytes_->executor(); }
  void close() { bytes_->close(); }
  [[nodiscard]] bool quiet() { return bytes_->quiet(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, Signature>(
        [bytes = bytes_.get(), list = first<ByteStream::ReadBuffers>(buffers)](
            auto handler) { bytes->read_some(list, std::move(handler)); },
        token);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, Signature>(
        [bytes = bytes_.get(), list = first<ByteStream::WriteBuffers>(buffers)](
            auto handler) { bytes->write_some(list, std::move(handler)); },
        token);
  }

 private:
  using Signature = void(boost::system::error_code, std::size_t);

  template <class List, class Buffers>
  static List first(const Buffers& buffers) {
    List list{};
    auto from = boost::asio::buffer_sequence_begin(buffers);
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (auto& place : list) {
      if (from == end) break;
      place = *from++;
    }
    return list;
  }

  std::unique_ptr<ByteStream> bytes_;
};

// The two things Beast's WebSocket wants of a stream of its own kind.
inline void beast_close_socket(Stream& stream) { stream.close(); }

template <class Handler>
void async_teardown(boost::beast::role_type, Stream& stream,
                    Handler&& handler) {
  stream.close();
  boost::asio::post(stream.get_executor(), boost::beast::bind_front_handler(
                                               std::forward<Handler>(handler),
                                               boost::system::error_code()));
}

}  // namespace berth::server
