// A node's WebSocket (RFC 6455), plain or over TLS.
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "server/wallets/dial.h"
#include "server/wallets/multiplex_upstream.h"
#include "server/wallets/transports.h"

namespace berth::server {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

class WsChannel final : public MessageChannel {
 public:
  WsChannel(Stream stream, const UpstreamOptions& options)
      : ws_(std::move(stream)) {
    // The handshake is bounded with the rest of the connecting.
    ws_.set_option(websocket::stream_base::timeout{
        websocket::stream_base::none(), options.websocket_idle, true});
    ws_.read_message_max(options.max_answer_bytes);
  }

  asio::awaitable<Result<void>> handshake(UpstreamUrl url) {
    ws_.set_option(websocket::stream_base::decorator(
        [authorization = url.authorization](websocket::request_type& request) {
          request.set(http::field::user_agent, "berth/" BERTH_VERSION);
          if (!authorization.empty())
            request.set(http::field::authorization, authorization);
        }));
    websocket::response_type response;
    auto [error] = co_await ws_.async_handshake(response, url.authority(),
                                                url.target, use_ec);
    if (error == websocket::error::upgrade_declined)
      co_return Error{Errc::unavailable,
                      "it answered HTTP " +
                          std::to_string(response.result_int()) +
                          " in place of a WebSocket"};
    if (error) co_return Error{Errc::unavailable, message_of(error)};
    co_return Result<void>();
  }

  asio::awaitable<Result<std::string>> receive() override {
    beast::flat_buffer buffer;
    auto [error, got] = co_await ws_.async_read(buffer, use_ec);
    if (error) co_return Error{Errc::unavailable, message_of(error)};
    co_return beast::buffers_to_string(buffer.data());
  }

  asio::awaitable<Result<void>> send(std::string text) override {
    const auto bytes = asio::buffer(text);
    auto [error, sent] = co_await ws_.async_write(bytes, use_ec);
    if (error) co_return Error{Errc::unavailable, message_of(error)};
    co_return Result<void>();
  }

 private:
  // The library's words for these are not fit for people.
  static std::string message_of(const beast::error_code& error) {
    if (error == websocket::error::closed) return "it closed the connection";
    if (error == websocket::error::message_too_big)
      return "it sent a message that is too big";
    if (error == beast::error::timeout) return "it fell silent";
    return error.message();
  }

  websocket::stream<Stream> ws_;
};

asio::awaitable<MultiplexUpstream::Opened> open_ws(
    UpstreamUrl url, std::shared_ptr<TlsClient> tls, UpstreamOptions options) {
  auto stream = co_await dial(url, *tls);
  if (!stream) co_return stream.error();
  auto channel = std::make_shared<WsChannel>(std::move(*stream), options);
  auto shaken = co_await channel->handshake(std::move(url));
  if (!shaken) co_return shaken.error();
  co_return std::shared_ptr<MessageChannel>(std::move(channel));
}

}  // namespace

std::unique_ptr<Upstream> make_ws_upstream(UpstreamUrl url,
                                           asio::any_io_executor executor,
                                           Timers& timers,
                                           const UpstreamOptions& options) {
  auto name = url.display_name;
  auto tls = std::make_shared<TlsClient>(options.ca_file);
  auto open = [url = std::move(url), tls, options] {
    return open_ws(url, tls, options);
  };
  return std::make_unique<MultiplexUpstream>(
      std::move(name), std::move(open), std::move(executor), timers, options);
}

}  // namespace berth::server
