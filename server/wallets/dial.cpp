#include "server/wallets/dial.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <vector>

#include "registry/base/async.h"

namespace berth::server {
namespace {

using asio::ip::tcp;
using boost::system::error_code;
using Endpoints = std::vector<tcp::endpoint>;
using GenericSocket = asio::generic::stream_protocol::socket;

struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor)
      : resolver(executor), done(executor) {}
  tcp::resolver resolver;
  Event done;
  error_code error = asio::error::operation_aborted;
  Endpoints endpoints;
};

Error step_failed(const char* step, const error_code& error) {
  return Error{Errc::unavailable, std::string(step) + ": " + error.message()};
}

// getaddrinfo runs on a thread of Asio's and cannot be interrupted: who is
// cancelled leaves, and the late answer finds nobody.
asio::awaitable<Result<Endpoints>> resolve(std::string host, std::string port) {
  error_code not_literal;
  const auto address = asio::ip::make_address(host, not_literal);
  if (!not_literal) {
    const auto number = static_cast<std::uint16_t>(std::stoi(port));
    co_return Endpoints{tcp::endpoint(address, number)};
  }
  auto executor = co_await asio::this_coro::executor;
  auto lookup = std::make_shared<Lookup>(executor);
  lookup->resolver.async_resolve(
      host, port, [lookup](error_code error, const auto& results) {
        lookup->error = error;
        lookup->endpoints.assign(results.begin(), results.end());
        lookup->done.set();
      });
  co_await lookup->done.wait();
  if (lookup->error) co_return step_failed("host name lookup", lookup->error);
  co_return std::move(lookup->endpoints);
}

asio::awaitable<Result<GenericSocket>> connect_tcp(std::string host,
                                                   std::string port) {
  auto executor = co_await asio::this_coro::executor;
  auto endpoints = co_await resolve(std::move(host), std::move(port));
  if (!endpoints) co_return endpoints.error();
  tcp::socket socket(executor);
  auto [error, endpoint] =
      co_await asio::async_connect(socket, *endpoints, use_ec);
  if (error) co_return step_failed("connect", error);
  // Requests are small and awaited: no reason to hold them back.
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  co_return GenericSocket(std::move(socket));
}

}  // namespace

asio::awaitable<Result<Stream>> dial(UpstreamUrl url, TlsClient& tls) {
  auto socket = co_await connect_tcp(url.host, url.port);
  if (!socket) co_return socket.error();
  if (!url.tls) co_return Stream(make_socket_stream(std::move(*socket)));
  auto secured = co_await tls.secure(std::move(*socket), url.host);
  if (!secured) co_return secured.error();
  co_return Stream(std::move(*secured));
}

asio::awaitable<Result<Stream>> dial_unix(std::string path) {
  auto executor = co_await asio::this_coro::executor;
  asio::local::stream_protocol::socket socket(executor);
  const asio::local::stream_protocol::endpoint endpoint(path);
  auto [error] = co_await socket.async_connect(endpoint, use_ec);
  if (error) co_return step_failed("connect", error);
  co_return Stream(make_socket_stream(std::move(socket)));
}

}  // namespace berth::server
