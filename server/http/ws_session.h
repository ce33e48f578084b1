// One WebSocket from its handshake to its end.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "server/http/message.h"
#include "server/http/session_context.h"
#include "server/http/ws_connection.h"

namespace berth::http {

class WsSession : public WsConnection {
 public:
  // Answers the handshake of `head`, which check_upgrade() has passed, and
  // serves until the connection has ended. Call once.
  virtual boost::asio::awaitable<void> run(RequestHead head,
                                           WsAccept accept) = 0;
  // Ends the connection at once, without a close frame.
  virtual void cut() = 0;
};

[[nodiscard]] std::shared_ptr<WsSession> make_ws_session(
    boost::asio::ip::tcp::socket socket, const SessionContext& context);

}  // namespace berth::http
