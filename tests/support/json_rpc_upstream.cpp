#include "tests/support/json_rpc_upstream.h"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <cstring>
#include <deque>

#include "tests/support/io.h"

namespace berth::test {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using boost::system::error_code;
using nlohmann::json;
using server::ByteStream;
using server::Stream;
using Socket = asio::generic::stream_protocol::socket;

namespace {

class TlsServerStream final : public ByteStream {
 public:
  TlsServerStream(Socket socket, asio::ssl::context& context)
      : stream(std::move(socket), context) {}
  asio::any_io_executor executor() override { return stream.get_executor(); }
  void read_some(const ReadBuffers& buffers, Handler handler) override {
    stream.async_read_some(buffers, std::move(handler));
  }
  void write_some(const WriteBuffers& buffers, Handler handler) override {
    stream.async_write_some(buffers, std::move(handler));
  }
  void close() override {
    error_code ignored;
    stream.lowest_layer().close(ignored);
  }
  bool quiet() override { return true; }
  asio::ssl::stream<Socket> stream;
};

}  // namespace

class JsonRpcUpstream::Peer : public std::enable_shared_from_this<Peer> {
 public:
  Peer(JsonRpcUpstream& server, Stream stream)
      : server_(server), ws_(std::move(stream)) {}

  void close() { stream().close(); }
  [[nodiscard]] bool notifies() const { return lines_ || websocket_; }

  void say(std::string text, unsigned status) {
    if (!notifies()) text = as_http(text, status);
    write(std::move(text), false);
  }
  void write(std::string bytes, bool then_close) {
    outbox_.push_back({std::move(bytes), then_close});
    if (!std::exchange(writing_, true)) server_.tasks_.spawn(drain());
  }

  asio::awaitable<void> serve_lines() {
    lines_ = true;
    std::string input;
    for (;;) {
      auto buffer = asio::dynamic_buffer(input);
      auto [error, length] =
          co_await asio::async_read_until(stream(), buffer, '\n', use_ec);
      if (error) co_return;
      const auto text = input.substr(0, length);
      input.erase(0, length);
      server_.received(shared_from_this(), text);
    }
  }

  asio::awaitable<void> serve_http() {
    for (;;) {
      request = {};
      auto [error, length] =
          co_await http::async_read(stream(), buffer_, request, use_ec);
      if (error) co_return;
      if (websocket::is_upgrade(request)) break;
      server_.received(shared_from_this(), request.body());
    }
    co_await serve_websocket();
  }

  http::request<http::string_body> request;

 private:
  struct Piece {
    std::string bytes;
    bool then_close;
  };

  Stream& stream() { return ws_.next_layer(); }

  asio::awaitable<void> serve_websocket() {
    auto [refused] = co_await ws_.async_accept(request, use_ec);
    if (refused) co_return;
    websocket_ = true;
    ws_.read_message_max(64 * 1024 * 1024);
    for (;;) {
      beast::flat_buffer message;
      auto [error, length] = co_await ws_.async_read(message, use_ec);
      if (error) co_return;
      server_.received(shared_from_this(),
                       beast::buffers_to_string(message.data()));
      if (!server_.reads_no_more) continue;
      Event never(ws_.get_executor());
      co_await never.wait();
      co_return;
    }
  }

  asio::awaitable<void> drain() {
    auto self = shared_from_this();
    while (!outbox_.empty()) {
      const auto piece = std::move(outbox_.front());
      outbox_.pop_front();
      const auto bytes = asio::buffer(piece.bytes);
      if (websocket_) {
        auto [error, sent] = co_await ws_.async_write(bytes, use_ec);
        if (error) co_return;
      } else {
        auto [error, sent] =
            co_await asio::async_write(stream(), bytes, use_ec);
        if (error) co_return;
      }
      if (piece.then_close) close();
    }
    writing_ = false;
  }

  static std::string as_http(const std::string& body, unsigned status) {
    return "HTTP/1.1 " + std::to_string(status) +
           " Status\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  JsonRpcUpstream& server_;
  websocket::stream<Stream> ws_;
  beast::flat_buffer buffer_;
  std::deque<Piece> outbox_;
  bool lines_ = false;
  bool websocket_ = false;
  bool writing_ = false;
};

JsonRpcUpstream::JsonRpcUpstream(asio::io_context& io, asio::ssl::context* tls)
    : io_(io), tls_(tls), tasks_(io.get_executor(), &std::rethrow_exception) {
  answer("eth_chainId", "0x7a69");
  listen();
}

JsonRpcUpstream::JsonRpcUpstream(asio::io_context& io, std::string path)
    : io_(io),
      path_(std::move(path)),
      tasks_(io.get_executor(), &std::rethrow_exception) {
  answer("eth_chainId", "0x7a69");
  listen();
}

JsonRpcUpstream::~JsonRpcUpstream() {
  stop_listening();
  drop_connections();
  // Inside the io_context: Asio puts a cancellation from outside off, and a
  // task that ends first leaves it a dangling signal.
  asio::post(io_, [this] { tasks_.cancel(); });
  run_until(io_, [this] { return tasks_.size() == 0; });
}

std::string JsonRpcUpstream::url(const std::string& scheme) const {
  if (!path_.empty()) return "ipc:" + path_;
  return scheme + "://127.0.0.1:" + std::to_string(port_);
}

void JsonRpcUpstream::on(const std::string& method, Script script) {
  scripts_[method] = std::move(script);
}

void JsonRpcUpstream::answer(const std::string& method, json result) {
  on(method, [result](auto& self, const Call& call) {
    self.reply(call, {{"jsonrpc", "2.0"}, {"id", call.id}, {"result", result}});
  });
}

void JsonRpcUpstream::fail(const std::string& method, json error) {
  on(method, [error](auto& self, const Call& call) {
    self.reply(call, {{"jsonrpc", "2.0"}, {"id", call.id}, {"error", error}});
  });
}

void JsonRpcUpstream::stall(const std::string& method) {
  on(method, [](auto&, const Call&) {});
}

void JsonRpcUpstream::say(const std::string& method, std::string text,
                          unsigned status) {
  on(method, [text, status](auto&, const Call& call) {
    if (const auto peer = call.peer.lock()) peer->say(text, status);
  });
}

void JsonRpcUpstream::drop(const std::string& method) {
  on(method, [](auto&, const Call& call) {
    if (const auto peer = call.peer.lock()) peer->close();
  });
}

void JsonRpcUpstream::reply(const Call& call, json message, unsigned status) {
  if (const auto peer = call.peer.lock()) peer->say(message.dump(), status);
}

void JsonRpcUpstream::reply_raw(const Call& call, std::string bytes) {
  if (const auto peer = call.peer.lock()) peer->write(std::move(bytes), true);
}

void JsonRpcUpstream::push(const json& message) {
  for (const auto& weak : peers_) {
    const auto peer = weak.lock();
    if (peer && peer->notifies()) peer->say(message.dump(), 200);
  }
}

std::size_t JsonRpcUpstream::count(const std::string& method) const {
  return static_cast<std::size_t>(
      std::count_if(calls.begin(), calls.end(),
                    [&](const Call& call) { return call.method == method; }));
}

std::size_t JsonRpcUpstream::open_connections() const {
  return static_cast<std::size_t>(
      std::count_if(peers_.begin(), peers_.end(),
                    [](const auto& peer) { return !peer.expired(); }));
}

void JsonRpcUpstream::drop_connections() {
  for (const auto& weak : peers_) {
    if (const auto peer = weak.lock()) peer->close();
  }
}

void JsonRpcUpstream::stop_listening() { acceptor_.reset(); }

void JsonRpcUpstream::listen() {
  acceptor_.emplace(io_);
  if (path_.empty()) {
    const asio::ip::tcp::endpoint endpoint(asio::ip::address_v4::loopback(),
                                           port_);
    acceptor_->open(Protocol(endpoint.protocol()));
    acceptor_->set_option(asio::socket_base::reuse_address(true));
    acceptor_->bind(endpoint);
    asio::ip::tcp::endpoint bound;
    const auto local = acceptor_->local_endpoint();
    std::memcpy(bound.data(), local.data(), local.size());
    port_ = bound.port();
  } else {
    ::unlink(path_.c_str());
    const asio::local::stream_protocol::endpoint endpoint(path_);
    acceptor_->open(Protocol(endpoint.protocol()));
    acceptor_->bind(endpoint);
  }
  acceptor_->listen();
  tasks_.spawn(accept_all());
}

asio::awaitable<void> JsonRpcUpstream::accept_all() {
  while (acceptor_) {
    Socket socket(io_);
    auto [error] = co_await acceptor_->async_accept(socket, use_ec);
    if (error) co_return;
    ++accepted;
    if (!hang_up) tasks_.spawn(serve(std::move(socket)));
  }
}

asio::awaitable<void> JsonRpcUpstream::serve(Socket socket) {
  std::unique_ptr<ByteStream> bytes;
  if (tls_) {
    auto secure = std::make_unique<TlsServerStream>(std::move(socket), *tls_);
    auto [error] = co_await secure->stream.async_handshake(
        asio::ssl::stream_base::server, use_ec);
    if (error) co_return;
    bytes = std::move(secure);
  } else {
    bytes = server::make_socket_stream(std::move(socket));
  }
  auto peer = std::make_shared<Peer>(*this, Stream(std::move(bytes)));
  peers_.push_back(peer);
  if (never_shakes) {
    Event never(io_.get_executor());
    co_await never.wait();
    co_return;
  }
  if (path_.empty())
    co_await peer->serve_http();
  else
    co_await peer->serve_lines();
}

void JsonRpcUpstream::received(const std::shared_ptr<Peer>& peer,
                               const std::string& text) {
  const auto message = json::parse(text);
  const auto& head = peer->request;
  calls.push_back({message.at("method"), message.at("params"), message.at("id"),
                   std::string(head.target()),
                   std::string(head[http::field::authorization]), peer});
  const auto call = calls.back();  // a script may make more calls come
  const auto script = scripts_.find(call.method);
  if (script != scripts_.end()) return script->second(*this, call);
  reply(call, {{"jsonrpc", "2.0"},
               {"id", call.id},
               {"error",
                {{"code", -32601}, {"message", "the method does not exist"}}}});
}

}  // namespace berth::test
