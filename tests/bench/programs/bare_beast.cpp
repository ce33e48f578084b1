// The floor under a wallet's server: Boost.Beast on one thread that answers a
// JSON-RPC request over WebSocket, and does nothing else. No limits, no proof,
// no policy. Prints "ready PORT"; ends when its stdin does.
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

std::string answer(beast::flat_buffer& buffer) {
  const auto data = buffer.cdata();
  const auto* text = static_cast<const char*>(data.data());
  const auto request =
      nlohmann::json::parse(text, text + data.size(), nullptr, false);
  if (!request.is_object() || request.value("method", "") != "eth_chainId")
    return R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600}})";
  return R"({"jsonrpc":"2.0","id":)" +
         request.value("id", nlohmann::json()).dump() +
         R"(,"result":"0x7a69"})";
}

class Session : public std::enable_shared_from_this<Session> {
 public:
  explicit Session(tcp::socket socket) : stream_(std::move(socket)) {
    stream_.next_layer().set_option(tcp::no_delay(true));
    stream_.text(true);
  }

  void run() {
    stream_.async_accept([self = shared_from_this()](error_code error) {
      if (!error) self->read();
    });
  }

 private:
  void read() {
    stream_.async_read(
        buffer_, [self = shared_from_this()](error_code error, std::size_t) {
          if (!error) self->write();
        });
  }

  void write() {
    answer_ = answer(buffer_);
    buffer_.clear();
    stream_.async_write(
        asio::buffer(answer_),
        [self = shared_from_this()](error_code error, std::size_t) {
          if (!error) self->read();
        });
  }

  beast::websocket::stream<tcp::socket> stream_;
  beast::flat_buffer buffer_;
  std::string answer_;
};

void accept(tcp::acceptor& acceptor) {
  acceptor.async_accept([&acceptor](error_code error, tcp::socket socket) {
    if (!error) std::make_shared<Session>(std::move(socket))->run();
    accept(acceptor);
  });
}

}  // namespace

int main() {
  asio::io_context io{1};
  tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  accept(acceptor);
  asio::posix::stream_descriptor input(io, STDIN_FILENO);
  input.async_wait(asio::posix::stream_descriptor::wait_read,
                   [&io](error_code) { io.stop(); });
  std::printf("ready %d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  io.run();
}
