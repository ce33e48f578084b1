// A WebSocket (RFC 6455) as an application sees it. Text frames only. One
// thread: everything here is called on the host's io_context.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "server/http/message.h"

namespace berth::http {

// RFC 6455 section 7.4.1.
namespace ws_close {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t unsupported_data = 1003;
inline constexpr std::uint16_t policy_violation = 1008;
}  // namespace ws_close

// May be kept when the connection has ended, but not beyond its io_context.
class WsConnection {
 public:
  virtual ~WsConnection() = default;

  // Queues one message. A client that lets more than Limits::send_queue_size
  // wait is disconnected.
  virtual void send(std::string text) = 0;

  // Reads nothing for so long, from the next message on: what the client sends
  // meanwhile waits in the sockets. It is not noticed to have gone either.
  virtual void pause(std::chrono::milliseconds time) = 0;

  // Sends what is queued, then the close frame; nothing is sent after it and
  // no message delivered any more. `reason`: at most 123 bytes of UTF-8.
  virtual void close(std::uint16_t code, std::string reason) = 0;
};

// The application's side of one WebSocket. It is destroyed after on_close.
class WsHandler {
 public:
  virtual ~WsHandler() = default;
  // The handshake is done: nothing has been received, what is sent here is
  // the first frame.
  virtual void on_open(std::shared_ptr<WsConnection> connection) = 0;
  virtual void on_message(std::string text) = 0;  // valid UTF-8
  // Exactly once after on_open, however the connection ended.
  virtual void on_close() = 0;
};

struct WsAccept {
  std::string subprotocol;  // one the client offered, or empty
  std::unique_ptr<WsHandler> handler;
};

// A Response refuses the upgrade; the connection is closed after it.
using WsDecision = std::variant<Response, WsAccept>;

using UpgradeHandler =
    std::function<boost::asio::awaitable<WsDecision>(Request)>;

}  // namespace berth::http
