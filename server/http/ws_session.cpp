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

// Beast would close a socket from which it has read once after its close frame:
// what the client is still sending then resets the connection, and the client
// may never read why. Ours is closed by who has it.
class Socket : public asio::ip::tcp::socket {
 public:
  explicit Socket(asio::ip::tcp::socket socket)
      : asio::ip::tcp::socket(std::move(socket)) {}
};

// What Beast calls, by argument-dependent lookup.
template <class Handler>
void async_teardown(beast::role_type, Socket& socket, Handler&& handler) {
  boost::system::error_code error;
  socket.shutdown(asio::socket_base::shutdown_send, error);
  asio::post(socket.get_executor(),
             beast::bind_front_handler(std::forward<Handler>(handler), error));
}

// The close frame that says so was sent; the client may be sending still.
bool is_fault_of_client(boost::system::error_code error) {
  return error == websocket::condition::protocol_violation ||
         error == websocket::error::message_too_big;
}

constexpr std::size_t kMostDiscarded = std::size_t{16} << 20;
constexpr std::size_t kDiscardedAtOnce = 16 * 1024;

// Beast's callbacks instead of coroutines, and one alarm for all messages that
// are written: an answer costs its connection half as much.
class Session : public WsSession, public std::enable_shared_from_this<Session> {
 public:
  Session(asio::ip::tcp::socket socket, const SessionContext& context)
      : context_(context),
        stream_(Socket(std::move(socket))),
        ended_(stream_.get_executor()) {}

  void send(std::string text) override;
  void pause(std::chrono::milliseconds time) override;
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
  void read();
  void received(boost::system::error_code error);
  void discard(std::size_t before);
  void take_part();
  void deliver(std::string message);
  void enqueue(Item item);
  void write();
  void written(boost::system::error_code error);
  void watch_for_silence();
  void watch_reader();
  void ping();
  void time_out();
  void give_up_reader();
  template <class Work>
  void guarded(Work work);
  void end_if_idle();

  const SessionContext context_;
  // No deflate: it is never accepted.
  websocket::stream<Socket, false> stream_;
  std::unique_ptr<WsHandler> handler_;
  beast::flat_buffer received_;
  std::deque<Item> queue_;  // the first one is being written
  std::size_t queued_bytes_ = 0;
  asio::cancellation_signal cancel_read_, cancel_write_;
  bool reading_ = false;
  bool writing_ = true;  // at first the answer to the handshake
  bool paused_ = false;
  Timers::Clock::time_point heard_;
  Timers::Clock::time_point write_began_;
  Alarm pause_alarm_;
  Alarm silence_alarm_;
  Alarm reader_alarm_;
  Alarm message_alarm_;
  Alarm close_alarm_;
  bool reader_watched_ = false;
  bool message_pending_ = false;  // a part of one is here
  bool closing_ = false;
  bool discarding_ = false;  // until the client has read why it was closed
  bool over_ = false;
  Event ended_;  // over, and nothing is read or written any more
};

void Session::send(std::string text) {
  if (closing_ || over_) return;
  const auto bytes = queued_bytes_ + text.size();
  if (queued_bytes_ > 0 && bytes > context_.limits.send_queue_size)
    return give_up_reader();
  queued_bytes_ += text.size();
  enqueue({Item::Kind::text, std::move(text), 0});
}

void Session::pause(std::chrono::milliseconds time) {
  if (over_) return;
  paused_ = true;
  pause_alarm_ = context_.timers.after(time, [this] {
    paused_ = false;
    if (reading_ || over_) return;
    heard_ = context_.timers.now();  // silence that was ours
    read();
  });
}

void Session::close(std::uint16_t code, std::string reason) {
  if (closing_ || over_) return;
  closing_ = true;
  enqueue({Item::Kind::close, std::move(reason), code});
  close_alarm_ =
      context_.timers.after(context_.limits.close_time, [this] { cut(); });
}

// Beast's reader and writer wait for each other for ever where a client breaks
// its frames while we close: with the socket closed, only being cancelled ends
// them.
void Session::cut() {
  if (std::exchange(over_, true)) return;
  boost::system::error_code ignored;  // it is closed whatever close() says
  stream_.next_layer().close(ignored);
  cancel_read_.emit(asio::cancellation_type::terminal);
  cancel_write_.emit(asio::cancellation_type::terminal);
  end_if_idle();
}

void Session::end_if_idle() {
  if (over_ && !reading_ && !writing_) ended_.set();
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
  if (!accepted.value_or(false) || over_) co_return;
  writing_ = false;
  write();
  heard_ = context_.timers.now();
  watch_for_silence();
  guarded([&] { handler_->on_open(self); });
  if (!over_) read();
  co_await ended_.wait();
  for (auto* alarm : {&pause_alarm_, &silence_alarm_, &reader_alarm_,
                      &message_alarm_, &close_alarm_})
    alarm->cancel();
  const auto handler = std::move(handler_);
  handler->on_close();
}

// Our closing reads by itself, up to the client's close frame. Beside it Beast
// 1.81 must not be asked to read: where it is within a frame, an assertion ends
// the program.
void Session::read() {
  if (closing_) return;
  reading_ = true;
  auto done = [self = shared_from_this()](boost::system::error_code error,
                                          std::size_t) {
    self->received(error);
  };
  // 0: as much as is there. The limit of a whole message is the stream's.
  stream_.async_read_some(
      received_, 0,
      asio::bind_cancellation_slot(cancel_read_.slot(), std::move(done)));
}

void Session::received(boost::system::error_code error) {
  reading_ = false;
  // Beast has sent the close frame that the error asks for (1002, 1007, 1009),
  // or answered the client's.
  if (!over_ && is_fault_of_client(error)) {
    closing_ = discarding_ = true;
    close_alarm_ =
        context_.timers.after(context_.limits.close_time, [this] { cut(); });
    return discard(0);
  }
  if (error) cut();
  if (!over_) guarded([this] { take_part(); });
  if (over_) return end_if_idle();
  if (!paused_) read();
}

// `before`: bytes. Ends with the client, its time or its bytes.
void Session::discard(std::size_t before) {
  reading_ = true;
  auto done = [self = shared_from_this(), before](
                  boost::system::error_code error, std::size_t size) {
    self->reading_ = false;
    if (error || before + size > kMostDiscarded) self->cut();
    self->over_ ? self->end_if_idle() : self->discard(before + size);
  };
  received_.clear();
  stream_.next_layer().async_read_some(
      received_.prepare(kDiscardedAtOnce),
      asio::bind_cancellation_slot(cancel_read_.slot(), std::move(done)));
}

void Session::take_part() {
  heard_ = context_.timers.now();
  if (!stream_.got_text())
    close(ws_close::unsupported_data, "text messages only");
  if (!stream_.is_message_done()) {
    if (!std::exchange(message_pending_, true))
      message_alarm_ = context_.timers.after(context_.limits.transfer_time,
                                             [this] { time_out(); });
    return;
  }
  message_pending_ = false;
  message_alarm_.cancel();
  auto message = beast::buffers_to_string(received_.data());
  received_.consume(received_.size());
  deliver(std::move(message));
}

void Session::deliver(std::string message) {
  if (!closing_) handler_->on_message(std::move(message));
}

void Session::enqueue(Item item) {
  if (over_) return;
  queue_.push_back(std::move(item));
  if (!writing_) write();
}

void Session::write() {
  if (queue_.empty()) return;
  writing_ = true;
  write_began_ = context_.timers.now();
  watch_reader();
  auto done = asio::bind_cancellation_slot(
      cancel_write_.slot(),
      [self = shared_from_this()](boost::system::error_code error, auto...) {
        self->written(error);
      });
  const Item& item = queue_.front();
  if (item.kind == Item::Kind::text) {
    stream_.async_write(asio::buffer(item.text), std::move(done));
  } else if (item.kind == Item::Kind::ping) {
    stream_.async_ping({}, std::move(done));
  } else {
    const websocket::close_reason reason(
        static_cast<websocket::close_code>(item.code), item.text);
    stream_.async_close(reason, std::move(done));
  }
}

void Session::written(boost::system::error_code error) {
  writing_ = false;
  const bool closed = queue_.front().kind == Item::Kind::close;
  if (queue_.front().kind == Item::Kind::text)
    queued_bytes_ -= queue_.front().text.size();
  queue_.pop_front();
  if ((error || closed) && !discarding_) cut();
  over_ ? end_if_idle() : write();
}

// A message that the client does not take has its limit. One alarm goes on from
// message to message.
void Session::watch_reader() {
  if (std::exchange(reader_watched_, true)) return;
  reader_alarm_ =
      context_.timers.at(write_began_ + context_.limits.transfer_time, [this] {
        reader_watched_ = false;
        if (!writing_) return;
        const auto taken = context_.timers.now() - write_began_;
        taken < context_.limits.transfer_time ? watch_reader()
                                              : give_up_reader();
      });
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

void Session::give_up_reader() {
  ++context_.counters.slow_readers;
  log::warn("WebSocket client does not read: disconnected");
  cut();
}

// An exception is a bug of the application's or ours: it costs this
// connection, no other.
template <class Work>
void Session::guarded(Work work) {
  try {
    work();
  } catch (const std::exception& error) {
    log::error(std::string("WebSocket handler failed: ") + error.what());
    cut();
  }
}

}  // namespace

std::shared_ptr<WsSession> make_ws_session(asio::ip::tcp::socket socket,
                                           const SessionContext& context) {
  return std::make_shared<Session>(std::move(socket), context);
}

}  // namespace berth::http
