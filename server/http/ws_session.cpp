#include "server/http/ws_session.h"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <utility>

#include "registry/base/async.h"
#include "registry/base/log.h"

namespace berth::http {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using Upgrade = beast::http::request<beast::http::empty_body>;

// Only what the handshake needs: the rest of `head` has been judged already.
Upgrade upgrade_request(const RequestHead& head) {
  Upgrade request{beast::http::verb::get, head.target, 11};
  for (const auto* name : {"Host", "Sec-WebSocket-Key"})
    request.set(name, std::string(head.find(name).value_or("")));
  request.set("Upgrade", "websocket");
  request.set("Connection", "upgrade");
  request.set("Sec-WebSocket-Version", "13");
  return request;
}

class Session : public WsSession, public std::enable_shared_from_this<Session> {
 public:
  Session(asio::ip::tcp::socket socket, const SessionContext& context)
      : context_(context),
        stream_(std::move(socket)),
        wake_(stream_.get_executor()),
        writers_(stream_.get_executor(), [this](std::exception_ptr error) {
          failed(std::move(error));
        }) {}

  void send(std::string text) override;
  void close(std::uint16_t code, std::string reason) override;
  asio::awaitable<void> run(RequestHead head, WsAccept accept) override;
  void cut() override;

 private:
  struct Item {
    enum class Kind { text, ping, close } kind;
    std::string text;
    std::uint16_t code = 0;
  };

  asio::awaitable<bool> accept_handshake(Upgrade request,
                                         std::string subprotocol);
  asio::awaitable<void> read_loop();
  asio::awaitable<void> write_loop();
  asio::awaitable<boost::system::error_code> write(Item item);
  void enqueue(Item item);
  void deliver(std::string message);
  void watch_for_silence();
  void ping();
  void time_out();
  void failed(std::exception_ptr error);

  const SessionContext context_;
  websocket::stream<asio::ip::tcp::socket> stream_;
  std::unique_ptr<WsHandler> handler_;
  std::deque<Item> queue_;
  std::size_t queued_bytes_ = 0;
  Event wake_;  // the writer has something to do
  TaskGroup writers_;
  Timers::Clock::time_point heard_;
  Alarm silence_alarm_;
  Alarm message_alarm_;
  Alarm close_alarm_;
  bool message_pending_ = false;  // a part of one is here
  bool closing_ = false;
  bool over_ = false;
};

void Session::send(std::string text) {
  if (closing_ || over_) return;
  if (queued_bytes_ + text.size() > context_.limits.send_queue_size) {
    ++context_.counters.slow_readers;
    log::warn("WebSocket client does not read: disconnected");
    cut();
    return;
  }
  queued_bytes_ += text.size();
  enqueue({Item::Kind::text, std::move(text), 0});
}

void Session::close(std::uint16_t code, std::string reason) {
  if (closing_ || over_) return;
  closing_ = true;
  enqueue({Item::Kind::close, std::move(reason), code});
  close_alarm_ =
      context_.timers.after(context_.limits.close_time, [this] { cut(); });
}

void Session::cut() {
  over_ = true;
  boost::system::error_code ignored;  // it is closed whatever close() says
  stream_.next_layer().close(ignored);
  wake_.set();
}

void Session::enqueue(Item item) {
  queue_.push_back(std::move(item));
  wake_.set();
}

asio::awaitable<bool> Session::accept_handshake(Upgrade request,
                                                std::string subprotocol) {
  auto decorate = [subprotocol](websocket::response_type& response) {
    for (const auto& [name, value] : security_headers())
      response.set(name, value);
    if (!subprotocol.empty())
      response.set(beast::http::field::sec_websocket_protocol, subprotocol);
  };
  stream_.set_option(websocket::stream_base::decorator(decorate));
  stream_.read_message_max(context_.limits.message_size);
  stream_.auto_fragment(false);
  stream_.text(true);
  stream_.control_callback([this](websocket::frame_type, beast::string_view) {
    heard_ = context_.timers.now();
  });
  auto [error] = co_await stream_.async_accept(request, use_ec);
  co_return !error;
}

asio::awaitable<void> Session::run(RequestHead head, WsAccept accept) {
  const auto self = shared_from_this();
  handler_ = std::move(accept.handler);
  auto handshake =
      accept_handshake(upgrade_request(head), std::move(accept.subprotocol));
  const auto accepted = co_await with_deadline(
      std::move(handshake), context_.timers, context_.limits.transfer_time);
  if (!accepted.value_or(false)) co_return;
  heard_ = context_.timers.now();
  watch_for_silence();
  writers_.spawn(write_loop());
  try {
    handler_->on_open(self);
    co_await read_loop();
  } catch (...) {
    failed(std::current_exception());
  }
  cut();
  co_await writers_.wait();
  silence_alarm_.cancel();
  message_alarm_.cancel();
  close_alarm_.cancel();
  const auto handler = std::move(handler_);
  handler->on_close();
}

asio::awaitable<void> Session::read_loop() {
  beast::flat_buffer buffer;
  for (;;) {
    // 0: as much as is there. The limit of a whole message is the stream's.
    auto [error, size] = co_await stream_.async_read_some(buffer, 0, use_ec);
    // Beast has sent the close frame that the error asks for (1002, 1007,
    // 1009), or answered the client's.
    if (error) co_return;
    heard_ = context_.timers.now();
    if (!stream_.got_text())
      close(ws_close::unsupported_data, "text messages only");
    if (!stream_.is_message_done()) {
      if (!std::exchange(message_pending_, true))
        message_alarm_ = context_.timers.after(context_.limits.transfer_time,
                                               [this] { time_out(); });
      continue;
    }
    message_pending_ = false;
    message_alarm_.cancel();
    deliver(beast::buffers_to_string(buffer.data()));
    buffer.consume(buffer.size());
  }
}

void Session::deliver(std::string message) {
  if (!closing_ && !over_) handler_->on_message(std::move(message));
}

asio::awaitable<void> Session::write_loop() {
  while (!over_) {
    co_await wake_.wait();
    wake_.reset();
    while (!queue_.empty() && !over_) {
      Item item = std::move(queue_.front());
      queue_.pop_front();
      const auto size = item.kind == Item::Kind::text ? item.text.size() : 0;
      const auto error = co_await write(std::move(item));
      queued_bytes_ -= size;
      if (error) cut();
    }
  }
}

asio::awaitable<boost::system::error_code> Session::write(Item item) {
  boost::system::error_code error;
  if (item.kind == Item::Kind::text) {
    auto [failure, size] =
        co_await stream_.async_write(asio::buffer(item.text), use_ec);
    error = failure;
  } else if (item.kind == Item::Kind::ping) {
    const websocket::ping_data nothing;
    auto [failure] = co_await stream_.async_ping(nothing, use_ec);
    error = failure;
  } else {
    const websocket::close_reason reason(
        static_cast<websocket::close_code>(item.code), item.text);
    auto [failure] = co_await stream_.async_close(reason, use_ec);
    error = failure;
  }
  co_return error;
}

void Session::watch_for_silence() {
  silence_alarm_ =
      context_.timers.at(heard_ + context_.limits.ping_interval, [this] {
        if (context_.timers.now() - heard_ < context_.limits.ping_interval)
          watch_for_silence();
        else
          ping();
      });
}

void Session::ping() {
  enqueue({Item::Kind::ping, {}, 0});
  silence_alarm_ =
      context_.timers.after(context_.limits.pong_time, [this, before = heard_] {
        if (heard_ == before)
          time_out();
        else
          watch_for_silence();
      });
}

void Session::time_out() {
  ++context_.counters.timed_out;
  cut();
}

// An exception is a bug of the application's or ours: it costs this
// connection, no other.
void Session::failed(std::exception_ptr error) {
  try {
    std::rethrow_exception(std::move(error));
  } catch (const std::exception& e) {
    log::error(std::string("WebSocket handler failed: ") + e.what());
  }
  cut();
}

}  // namespace

std::shared_ptr<WsSession> make_ws_session(asio::ip::tcp::socket socket,
                                           const SessionContext& context) {
  return std::make_shared<Session>(std::move(socket), context);
}

}  // namespace berth::http
