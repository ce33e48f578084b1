// Where a wallet's reads and sends go: a JSON-RPC node or another wallet. One
// thread; nothing sent is ever sent a second time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "server/rpc_error.h"

namespace berth::server {

class Upstream {
 public:
  // `params` of an eth_subscription: {"subscription":..,"result":..}.
  using NotificationHandler = std::function<void(const nlohmann::json& params)>;
  // An event of an upstream that is a wallet itself: accountsChanged or
  // chainChanged, with its `params` as they came.
  using EventHandler = std::function<void(const std::string& event,
                                          const nlohmann::json& params)>;
  // connected: true when the upstream answers (again), false when it was lost.
  using StateHandler = std::function<void(bool connected)>;

  virtual ~Upstream() = default;

  // Sends one request and awaits its answer. 4900 when the upstream cannot be
  // reached or was lost on the way, -32603 when it answered nonsense or not in
  // time; the upstream's own errors pass through with code, message and data.
  virtual boost::asio::awaitable<RpcResult> request(std::string method,
                                                    nlohmann::json params) = 0;

  // Each handler is set once, before the io_context runs on.
  virtual void on_notification(NotificationHandler handler) = 0;
  virtual void on_state(StateHandler handler) = 0;
  // A plain node sends none, so an upstream need not know of them.
  virtual void on_event(EventHandler) {}

  [[nodiscard]] virtual bool connected() const = 0;

  // For messages: scheme, host and port, or the socket's path. User name,
  // password, path and query stay out: providers put their keys there.
  [[nodiscard]] virtual std::string display_name() const = 0;

  // Pending requests answer 4900. Completes when nothing runs any more; only
  // then may the upstream be destroyed.
  virtual boost::asio::awaitable<void> stop() = 0;
};

}  // namespace berth::server
