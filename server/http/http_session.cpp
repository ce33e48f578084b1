#include "server/http/http_session.h"

#include <boost/asio/write.hpp>
#include <utility>

#include "registry/base/log.h"

namespace berth::http {
namespace {

// Puts into `result` what `work` returns; for an exception 500, or nothing
// where T is no answer. One that comes from being cancelled is nobody's fault,
// and its answer goes nowhere.
template <class T>
asio::awaitable<void> guarded(asio::awaitable<T> work,
                              std::optional<T>* result) {
  const auto state = co_await asio::this_coro::cancellation_state;
  try {
    result->emplace(co_await std::move(work));
    co_return;
  } catch (const std::exception& error) {
    if (state.cancelled() == asio::cancellation_type::none)
      log::error(std::string("request handler failed: ") + error.what());
  }
  if constexpr (std::is_constructible_v<T, Response>)
    result->emplace(error_response(500, "internal error"));
}

// What `work` returns, as guarded() has it; nullopt when `end` comes first.
template <class T>
asio::awaitable<std::optional<T>> unless(asio::awaitable<T> work,
                                         asio::awaitable<void> end) {
  using namespace asio::experimental::awaitable_operators;
  // Not by the value of ||: it would take a variant T apart.
  std::optional<T> result;
  auto running = guarded(std::move(work), &result);
  const auto first = co_await (std::move(running) || std::move(end));
  if (first.index() != 0) result.reset();
  co_return result;
}

Response rejection_response(const Rejection& rejection) {
  auto response = error_response(rejection.status, rejection.text);
  // RFC 6455 section 4.4, RFC 9110 section 15.5.22.
  if (rejection.status == 426)
    response.headers = {{"Sec-WebSocket-Version", "13"},
                        {"Upgrade", "websocket"}};
  return response;
}

}  // namespace

HttpSession::HttpSession(asio::ip::tcp::socket socket, Peer peer,
                         const SessionContext& context, Admission& admission)
    : context_(context),
      socket_(std::move(socket)),
      connection_(peer, admission.admit([this] { cut(); })),
      cut_(socket_.get_executor()),
      closing_(socket_.get_executor()) {}

void HttpSession::go_away() {
  closing_.set();
  if (websocket_)
    websocket_->close(ws_close::going_away, "the server stops");
  else if (idle_)
    cut();
}

void HttpSession::cut() {
  if (websocket_) return websocket_->cut();
  boost::system::error_code ignored;  // it is closed whatever close() says
  socket_.close(ignored);
  cut_.set();
}

asio::awaitable<void> HttpSession::run() {
  Next next = Next::request;
  while (next == Next::request) next = co_await serve_request();
  if (next != Next::linger) co_return;
  // Closing with unread bytes would reset the connection, and take the last
  // response from the client (RFC 9112 section 9.6).
  boost::system::error_code ignored;  // the client may be gone
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  auto rest = discard();
  co_await with_deadline(std::move(rest), context_.timers,
                         context_.limits.close_time);
}

asio::awaitable<bool> HttpSession::discard() {
  bool more = true;
  while (more) {
    buffer_.clear();
    more = co_await read_some();
  }
  co_return true;
}

asio::awaitable<HttpSession::Next> HttpSession::serve_request() {
  // Told to go before there was a request.
  if (closing_.is_set()) co_return Next::end;
  if (buffer_.empty()) {
    idle_ = true;
    auto first_bytes = read_some();
    const auto came = co_await with_deadline(
        std::move(first_bytes), context_.timers, context_.limits.idle_time);
    idle_ = false;
    if (!came.value_or(false)) co_return Next::end;
  }
  RequestParser parser(context_.limits);
  const auto header = co_await read_in_time(&parser, &RequestParser::has_head);
  if (!header.complete) {
    if (!header.rejection) co_return Next::end;
    co_return co_await reject(*header.rejection, false);
  }
  const auto& head = parser.head();
  if (const auto bad = check_head(head, context_.policy))
    co_return co_await reject(*bad, head.method == "HEAD");
  if (context_.policy.service_worker && wants_service_worker(head)) {
    const Framing last;
    auto response = *context_.policy.service_worker;
    co_return co_await respond(std::move(response), last);
  }
  if (wants_websocket(head)) co_return co_await serve_websocket(&parser);
  co_return co_await serve_body(&parser);
}

asio::awaitable<HttpSession::Next> HttpSession::serve_body(
    RequestParser* parser) {
  if (!parser->done() && parser->head().find("Expect")) {
    // Every Expect that policy lets through is 100-continue.
    std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    const bool sent = co_await write(std::move(go_on));
    if (!sent) co_return Next::end;
  }
  auto body = co_await read_in_time(parser, &RequestParser::done);
  if (!body.complete) {
    if (!body.rejection) co_return Next::end;
    co_return co_await reject(*body.rejection, false);
  }
  ++context_.counters.requests;
  const auto& head = parser->head();
  const Framing framing{parser->keep_alive(), head.method == "HEAD",
                        head.http_1_1};
  Request request = make_request(head);
  request.body = parser->take_body();
  auto response = co_await answer(std::move(request));
  if (!response) co_return Next::end;
  co_return co_await respond(std::move(*response), framing);
}

asio::awaitable<HttpSession::Next> HttpSession::serve_websocket(
    const RequestParser* parser) {
  const auto& head = parser->head();
  if (const auto bad = check_upgrade(head))
    co_return co_await reject(*bad, false);
  Request request = make_request(head);
  const auto* handler = context_.router.find_websocket(request.path);
  if (!handler) {
    const Rejection no_socket{404, "no WebSocket at this path"};
    co_return co_await reject(no_socket, false);
  }
  ++context_.counters.requests;
  auto work = (*handler)(std::move(request));
  auto gone = client_gone();
  auto decision = co_await unless(std::move(work), std::move(gone));
  if (!decision || closing_.is_set()) co_return Next::end;
  if (auto* refusal = std::get_if<Response>(&*decision)) {
    const Framing last;
    co_return co_await respond(std::move(*refusal), last);
  }
  if (!buffer_.empty()) {
    const Rejection early{400, "data before the handshake was answered"};
    co_return co_await reject(early, false);
  }
  websocket_ = make_ws_session(std::move(socket_), context_);
  co_await websocket_->run(head, std::move(std::get<WsAccept>(*decision)));
  co_return Next::end;
}

asio::awaitable<HttpSession::Next> HttpSession::reject(Rejection rejection,
                                                       bool head_only) {
  ++context_.counters.rejected;
  log::debug("request refused: " + std::string(rejection.text));
  auto response = rejection_response(rejection);
  const Framing last{.head_only = head_only};
  co_return co_await respond(std::move(response), last);
}

asio::awaitable<std::optional<Response>> HttpSession::answer(Request request) {
  auto found = context_.router.find(request.method, request.path);
  if (auto* response = std::get_if<Response>(&found))
    co_return std::move(*response);
  auto& match = std::get<Router::Match>(found);
  request.parameters = std::move(match.parameters);
  auto work = (*match.handler)(std::move(request));
  auto gone = client_gone();
  co_return co_await unless(std::move(work), std::move(gone));
}

asio::awaitable<HttpSession::Next> HttpSession::respond(Response response,
                                                        Framing framing) {
  const bool streams = response.chunks && !framing.head_only;
  if (closing_.is_set() || response.last || (streams && !framing.http_1_1))
    framing.keep_alive = false;
  std::string text = serialize(response, framing);
  bool sent = co_await write_in_time(std::move(text));
  if (sent && streams)
    sent = co_await send_chunks(std::move(response.chunks), framing.http_1_1);
  if (!sent) co_return Next::end;
  const bool broken_off = streams && closing_.is_set();
  co_return framing.keep_alive && !broken_off ? Next::request : Next::linger;
}

// True: all of it was sent, up to its end or our stop.
asio::awaitable<bool> HttpSession::send_chunks(Chunks next, bool chunked) {
  for (;;) {
    auto coming = next();
    auto over = stream_over();
    auto piece = co_await unless(std::move(coming), std::move(over));
    // The client is gone, or there was a bug: no end, so that what was sent is
    // not taken for all (RFC 9112 section 8).
    if (!piece && !closing_.is_set()) co_return false;
    const bool ends = closing_.is_set() || !*piece;
    std::string text = ends ? std::string() : std::move(**piece);
    if (!ends && text.empty()) continue;
    if (chunked) text = encode_chunk(text);
    const bool sent = co_await write_in_time(std::move(text));
    if (!sent || ends) co_return sent;
  }
}

asio::awaitable<bool> HttpSession::read_some() {
  auto [error, size] =
      co_await socket_.async_read_some(asio::buffer(chunk_), use_ec);
  // Also when it was cancelled in the same moment: the bytes are ours now.
  buffer_.append(chunk_.data(), size);
  co_return !error;
}

asio::awaitable<HttpSession::ReadResult> HttpSession::read_until(
    RequestParser* parser, Stage stage) {
  for (;;) {
    if (const auto rejection = parser->feed(buffer_))
      co_return ReadResult{false, rejection};
    if ((parser->*stage)()) co_return ReadResult{true, std::nullopt};
    const bool got = co_await read_some();
    if (!got) co_return ReadResult{};
  }
}

asio::awaitable<HttpSession::ReadResult> HttpSession::read_in_time(
    RequestParser* parser, Stage stage) {
  auto reading = read_until(parser, stage);
  const auto result = co_await with_deadline(
      std::move(reading), context_.timers, context_.limits.transfer_time);
  if (result) co_return *result;
  ++context_.counters.timed_out;
  co_return ReadResult{false, Rejection{408, "the request came too slowly"}};
}

asio::awaitable<bool> HttpSession::write(std::string text) {
  auto [error, size] =
      co_await asio::async_write(socket_, asio::buffer(text), use_ec);
  co_return !error;
}

asio::awaitable<bool> HttpSession::write_in_time(std::string text) {
  auto writing = write(std::move(text));
  const auto sent = co_await with_deadline(std::move(writing), context_.timers,
                                           context_.limits.transfer_time);
  if (!sent) ++context_.counters.timed_out;
  co_return sent.value_or(false);
}

// Returns when the client has closed its side or the session is cut. What it
// sends meanwhile is the next request.
asio::awaitable<void> HttpSession::client_gone() {
  bool there = true;
  while (there && buffer_.size() < context_.limits.header_size)
    there = co_await read_some();
  if (there) co_await cut_.wait();
}

asio::awaitable<void> HttpSession::stream_over() {
  using namespace asio::experimental::awaitable_operators;
  auto gone = client_gone();
  auto closing = closing_.wait();
  co_await (std::move(gone) || std::move(closing));
}

Request HttpSession::make_request(const RequestHead& head) {
  Request request;
  static_cast<RequestHead&>(request) = head;
  request.path = path_of(head.target);
  request.query =
      head.target.substr(std::min(request.path.size() + 1, head.target.size()));
  request.connection = &connection_;
  return request;
}

}  // namespace berth::http
