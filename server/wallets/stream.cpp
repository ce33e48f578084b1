#include "server/wallets/stream.h"

#include <sys/socket.h>

namespace berth::server {
namespace {

using Socket = boost::asio::generic::stream_protocol::socket;

class SocketStream final : public ByteStream {
 public:
  explicit SocketStream(Socket socket) : socket_(std::move(socket)) {}

  boost::asio::any_io_executor executor() override {
    return socket_.get_executor();
  }
  void read_some(const ReadBuffers& buffers, Handler handler) override {
    socket_.async_read_some(buffers, std::move(handler));
  }
  void write_some(const WriteBuffers& buffers, Handler handler) override {
    socket_.async_write_some(buffers, std::move(handler));
  }
  void close() override {
    boost::system::error_code ignored;  // the descriptor is gone either way
    socket_.close(ignored);
  }
  bool quiet() override { return is_quiet(socket_.native_handle()); }

 private:
  Socket socket_;
};

}  // namespace

std::unique_ptr<ByteStream> make_socket_stream(Socket socket) {
  return std::make_unique<SocketStream>(std::move(socket));
}

bool is_quiet(int socket) {
  char byte = 0;
  const auto got = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace berth::server
