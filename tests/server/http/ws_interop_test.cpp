// A WebSocket client of Beast against the host.
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "tests/support/catch.h"
#include "tests/support/http_host.h"

namespace berth::http {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using Client = websocket::stream<asio::ip::tcp::socket>;

struct Echo : WsHandler {
  void on_open(std::shared_ptr<WsConnection> opened) override {
    connection = std::move(opened);
  }
  void on_message(std::string text) override {
    if (text == "bye")
      connection->close(ws_close::policy_violation, "as you wish");
    else
      connection->send(std::move(text));
  }
  void on_close() override {}
  std::shared_ptr<WsConnection> connection;
};

asio::awaitable<WsDecision> choose(Request request) {
  const auto offered = request.list("Sec-WebSocket-Protocol");
  if (offered.empty()) co_return error_response(403, "offer a subprotocol");
  (void)request.connection->set_proven();
  std::string chosen(offered.back());
  co_return WsAccept{chosen, std::make_unique<Echo>()};
}

struct Talk {
  asio::awaitable<void> run(std::uint16_t port) {
    auto executor = co_await asio::this_coro::executor;
    Client client(executor);
    const asio::ip::tcp::endpoint there(asio::ip::address_v4::loopback(), port);
    co_await client.next_layer().async_connect(there, asio::use_awaitable);
    auto offer = [](websocket::request_type& request) {
      request.set("Sec-WebSocket-Protocol", "other, berth.v1");
    };
    client.set_option(websocket::stream_base::decorator(offer));
    websocket::response_type response;
    const std::string host = "127.0.0.1:" + std::to_string(port);
    co_await client.async_handshake(response, host, "/", asio::use_awaitable);
    subprotocol = response["Sec-WebSocket-Protocol"];
    beast::flat_buffer buffer;
    const std::string text = "gr\xc3\xbc\xc3\x9f dich";
    co_await client.async_write(asio::buffer(text), asio::use_awaitable);
    co_await client.async_read(buffer, asio::use_awaitable);
    echoed = beast::buffers_to_string(buffer.data());
    const std::string bye = "bye";
    co_await client.async_write(asio::buffer(bye), asio::use_awaitable);
    auto [error, size] = co_await client.async_read(buffer, use_ec);
    closed = error == websocket::error::closed;
    code = client.reason().code;
  }

  std::string subprotocol;
  std::string echoed;
  bool closed = false;
  int code = 0;
};

TEST_CASE("a Beast client opens, talks and is closed with code and reason") {
  Router router;
  router.add_websocket("/", choose);
  test::HttpHost host(std::move(router));
  Talk talk;
  bool ended = false;
  asio::co_spawn(host.io, talk.run(host.server.port()),
                 [&](std::exception_ptr error) {
                   CHECK_FALSE(error);
                   ended = true;
                 });
  REQUIRE(host.run_until([&] { return ended; }));
  CHECK(talk.subprotocol == "berth.v1");
  CHECK(talk.echoed == "gr\xc3\xbc\xc3\x9f dich");
  CHECK(talk.closed);
  CHECK(talk.code == 1008);
  CHECK(host.run_until_open(0));
}

}  // namespace
}  // namespace berth::http
