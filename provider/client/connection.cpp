#include "provider/client/connection.h"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <utility>

#include "provider/client/dial.h"
#include "provider/client/directory.h"
#include "provider/client/hello.h"
#include "provider/client/rpc_calls.h"

namespace berth::provider {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using nlohmann::json;
using registry::Record;

// A proof is 43 characters; nobody unproven makes us hold more than this.
constexpr std::size_t kMaxHelloBytes = 4096;
// How long the other side may take to answer a close frame.
constexpr std::chrono::seconds kCloseLimit{2};

Error not_proven(const std::string& what, const Record& record) {
  return {Errc::untrusted, what + ", nothing was sent: " + subject_of(record),
          "it may have just restarted: try again; else see berth doctor"};
}

// Something else than a WebSocket server answered; not: it went away.
bool is_no_websocket(const error_code& error) {
  using HttpError = beast::http::error;
  return error == websocket::condition::handshake_failed ||
         (error.category() == make_error_code(HttpError{}).category() &&
          error != HttpError::end_of_stream &&
          error != HttpError::partial_message);
}

// Shared by its Connection and by its pending reads and writes, which end a
// little after the Connection is gone.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Record record, OnEvent on_event,
          std::function<void()> on_lost)
      : stream_(std::move(socket)),
        record_(std::move(record)),
        on_event_(std::move(on_event)),
        on_lost_(std::move(on_lost)) {}

  // Coroutines hold what they work on by value.
  static asio::awaitable<Result<void>> prove(std::shared_ptr<Session> self,
                                             Hello hello, std::string origin);
  static asio::awaitable<RpcResult> request(std::shared_ptr<Session> self,
                                            std::string method, json params);

  Result<void> confirm_peer() {
    return provider::confirm_peer(stream_.next_layer(), subject_of(record_));
  }
  void start(std::chrono::milliseconds silence_limit);
  void close();

  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] const Record& record() const { return record_; }

 private:
  void read();
  void take(const std::string& text);
  void tell(const std::string& event, const json& params);
  void send(std::string text);
  void write();
  void lose(const std::string& reason);
  [[nodiscard]] RpcError disconnected() const {
    return {rpc_code::disconnected, reason_ + ": " + record_.name};
  }

  websocket::stream<tcp::socket> stream_;
  Record record_;
  OnEvent on_event_;
  std::function<void()> on_lost_;
  beast::flat_buffer incoming_;
  std::deque<std::string> outgoing_;  // the front one is being written
  std::size_t waiting_bytes_ = 0;     // of them
  RpcCalls calls_;
  bool open_ = false;
  bool told_disconnect_ = false;
  std::string reason_ = "the connection was closed";
};

asio::awaitable<Result<void>> Session::prove(std::shared_ptr<Session> self,
                                             Hello hello, std::string origin) {
  auto& stream = self->stream_;
  const Record& record = self->record_;
  stream.set_option(websocket::stream_base::decorator(
      [offer = hello.subprotocols(origin)](websocket::request_type& request) {
        request.set(beast::http::field::sec_websocket_protocol, offer);
      }));
  stream.read_message_max(kMaxHelloBytes);
  const std::string host =
      record.endpoint.host + ":" + std::to_string(record.endpoint.port);
  websocket::response_type response;
  const auto [refused] =
      co_await stream.async_handshake(response, host, "/", use_ec);
  if (refused == websocket::error::upgrade_declined)
    co_return not_proven("did not accept the hello (HTTP " +
                             std::to_string(response.result_int()) + ")",
                         record);
  if (is_no_websocket(refused))
    co_return not_proven("answered with no WebSocket handshake", record);
  if (refused) co_return closed_by_peer(refused, record);
  if (response.count(beast::http::field::sec_websocket_protocol) != 1 ||
      response[beast::http::field::sec_websocket_protocol] != "berth.v1")
    co_return not_proven("does not speak berth.v1", record);
  const auto [failed, size] =
      co_await stream.async_read(self->incoming_, use_ec);
  if (failed == websocket::error::message_too_big)
    co_return not_proven("sent something else than its proof", record);
  if (failed) co_return closed_by_peer(failed, record);
  const auto frame = beast::buffers_to_string(self->incoming_.data());
  self->incoming_.consume(size);
  if (!stream.got_text() || !hello.accepts_frame(frame))
    co_return not_proven("failed its proof", record);
  co_return Result<void>();
}

void Session::start(std::chrono::milliseconds silence_limit) {
  open_ = true;
  stream_.read_message_max(kMaxAnswerBytes);
  stream_.set_option(websocket::stream_base::timeout{
      kCloseLimit, silence_limit, /*keep_alive_pings=*/true});
  read();
}

asio::awaitable<RpcResult> Session::request(std::shared_ptr<Session> self,
                                            std::string method, json params) {
  if (!self->open_) co_return self->disconnected();
  RpcCalls::Call call(self->calls_, self->stream_.get_executor());
  std::string message = call.message(method, params);
  if (message.size() > kMaxRequestBytes)
    co_return RpcError(rpc_code::invalid_request,
                       "larger than 1 MiB, not sent: " + method);
  if (self->waiting_bytes_ + message.size() > kMaxWaitingBytes)
    co_return RpcError(rpc_code::limit_exceeded,
                       "the wallet does not read, not sent: " + method);
  self->send(std::move(message));
  auto answer = co_await call.answer();
  co_return answer;
}

void Session::send(std::string text) {
  waiting_bytes_ += text.size();
  outgoing_.push_back(std::move(text));
  if (outgoing_.size() == 1) write();
}

void Session::write() {
  stream_.text(true);
  stream_.async_write(
      asio::buffer(outgoing_.front()),
      [self = shared_from_this()](const error_code& error, std::size_t) {
        if (error) return self->lose("the connection was lost");
        self->waiting_bytes_ -= self->outgoing_.front().size();
        self->outgoing_.pop_front();
        if (self->open_ && !self->outgoing_.empty()) self->write();
      });
}

void Session::read() {
  stream_.async_read(incoming_, [self = shared_from_this()](
                                    const error_code& error, std::size_t size) {
    if (error) return self->lose("the connection was lost, " + error.message());
    const auto text = beast::buffers_to_string(self->incoming_.data());
    self->incoming_.consume(size);
    self->take(text);
    if (self->open_) self->read();
  });
}

void Session::take(const std::string& text) {
  auto message = parse_incoming(text);
  if (!message || !stream_.got_text())
    return lose("the instance sent what is no JSON-RPC message");
  if (!message->event.empty()) return tell(message->event, message->params);
  if (message->id) calls_.finish(*message->id, std::move(message->answer));
}

// Last in its caller: the callback may close the session.
void Session::tell(const std::string& event, const json& params) {
  if (event == "disconnect") told_disconnect_ = true;
  if (event == "connect") told_disconnect_ = false;
  const OnEvent call = on_event_;
  if (call) call(event, params);
}

// The connection is of no use any more; not by our wish.
void Session::lose(const std::string& reason) {
  if (!open_) return;
  open_ = false;
  reason_ = reason;
  calls_.fail_all(disconnected());
  error_code ignored;  // it is lost already
  stream_.next_layer().close(ignored);
  if (!told_disconnect_)
    tell("disconnect", {{"code", rpc_code::disconnected},
                        {"message", disconnected().message}});
  const auto lost = on_lost_;
  if (lost) lost();
}

void Session::close() {
  on_event_ = nullptr;
  on_lost_ = nullptr;
  if (!open_) return;
  open_ = false;
  calls_.fail_all(disconnected());
  stream_.async_close(websocket::close_code::normal,
                      [self = shared_from_this()](const error_code&) {
                        error_code ignored;  // closed either way
                        self->stream_.next_layer().close(ignored);
                      });
}

class WebSocketConnection : public Connection {
 public:
  explicit WebSocketConnection(std::shared_ptr<Session> session)
      : session_(std::move(session)) {}
  WebSocketConnection(const WebSocketConnection&) = delete;
  WebSocketConnection& operator=(const WebSocketConnection&) = delete;
  ~WebSocketConnection() override { session_->close(); }

  asio::awaitable<RpcResult> request(std::string method, json params) override {
    return Session::request(session_, std::move(method), std::move(params));
  }
  bool is_open() const override { return session_->is_open(); }
  const Record& record() const override { return session_->record(); }

 private:
  std::shared_ptr<Session> session_;
};

using Connected = Result<std::unique_ptr<Connection>>;

asio::awaitable<Connected> dial_and_prove(Record record,
                                          ConnectOptions options) {
  auto hello = Hello::begin(record);
  if (!hello) co_return hello.error();
  auto socket = co_await dial(record, options.check_peer);
  if (!socket) co_return socket.error();
  auto session = std::make_shared<Session>(
      std::move(*socket), std::move(record), std::move(options.on_event),
      std::move(options.on_lost));
  Hello named = std::move(*hello);
  auto proven =
      co_await Session::prove(session, std::move(named), options.origin);
  if (!proven) co_return proven.error();
  if (options.check_peer) {
    auto confirmed = session->confirm_peer();
    if (!confirmed) co_return confirmed.error();
  }
  session->start(options.silence_limit);
  co_return std::unique_ptr<Connection>(
      std::make_unique<WebSocketConnection>(std::move(session)));
}

Result<Record> record_of(const ConnectOptions& options) {
  if (const auto* name = std::get_if<std::string>(&options.instance))
    return running_record(*name);
  return std::get<Record>(options.instance);
}

}  // namespace

asio::awaitable<Connected> connect(ConnectOptions options, Timers& timers,
                                   Timers::Clock::duration limit) {
  auto record = record_of(options);
  if (!record) co_return record.error();
  auto attempt = dial_and_prove(*record, std::move(options));
  co_return co_await within(std::move(attempt), *record, timers, limit);
}

}  // namespace berth::provider
