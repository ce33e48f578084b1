// One accepted connection: requests one after the other, or a WebSocket.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <optional>
#include <string>

#include "registry/base/async.h"
#include "server/http/connection.h"
#include "server/http/request_parser.h"
#include "server/http/session_context.h"
#include "server/http/ws_session.h"

namespace berth::http {

class HttpSession {
 public:
  HttpSession(asio::ip::tcp::socket socket, Peer peer,
              const SessionContext& context, Admission& admission);

  // Serves until the connection has ended. Call once.
  asio::awaitable<void> run();

  // Ends it as soon as what it does is done; a WebSocket with 1001.
  void go_away();
  // Ends it now; a handler that runs is cancelled.
  void cut();

 private:
  enum class Next { request, linger, end };
  struct ReadResult {
    bool complete = false;  // else: rejected, or closed by the client
    std::optional<Rejection> rejection;
  };
  using Stage = bool (RequestParser::*)() const;

  asio::awaitable<Next> serve_request();
  asio::awaitable<Next> serve_body(RequestParser* parser);
  asio::awaitable<Next> serve_websocket(const RequestParser* parser);
  asio::awaitable<Next> reject(Rejection rejection, bool head_only);
  asio::awaitable<std::optional<Response>> answer(Request request);

  asio::awaitable<bool> read_some();
  asio::awaitable<ReadResult> read_until(RequestParser* parser, Stage stage);
  asio::awaitable<ReadResult> read_in_time(RequestParser* parser, Stage stage);
  asio::awaitable<bool> write(std::string text);
  asio::awaitable<bool> write_in_time(std::string text);
  asio::awaitable<Next> respond(Response response, Framing framing);
  asio::awaitable<bool> send_chunks(Chunks next, bool chunked);
  asio::awaitable<void> client_gone();
  asio::awaitable<void> stream_over();
  asio::awaitable<bool> discard();
  Request make_request(const RequestHead& head);

  const SessionContext context_;
  asio::ip::tcp::socket socket_;
  Connection connection_;
  std::string buffer_;  // read, not consumed
  std::array<char, 8192> chunk_;
  Event cut_;
  std::shared_ptr<WsSession> websocket_;
  bool idle_ = false;  // between two requests
  Event closing_;      // the next response is the last
};

}  // namespace berth::http
