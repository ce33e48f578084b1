// Where a wallet's reads and sends go: a JSON-RPC node or another wallet.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include "server/rpc_error.h"
namespace berth::server {
class Upstream {
 public:
  // `result` of an eth_subscription notification: {"subscription":..,"result":..}
  using NotificationHandler = std::function<void(const nlohmann::json& params)>;
  // connected: true when the upstream answers (again), false when it was lost.
  using StateHandler = std::function<void(bool connected)>;
  virtual ~Upstream() = default;
  // Sends one request and awaits its answer. 4900 when the upstream cannot be reached; the upstream's own errors pass through with code, message and data.
  virtual boost::asio::awaitable<RpcResult> request(std::string method, nlohmann::json params) = 0;
  virtual void on_notification(NotificationHandler handler) = 0;
  virtual void on_state(StateHandler handler) = 0;
  [[nodiscard]] virtual bool connected() const = 0;
  // For messages: the URL without user name, password, query (they may be secrets).
  [[nodiscard]] virtual std::string display_name() const = 0;
  virtual boost::asio::awaitable<void> stop() = 0;
};
}  // namespace berth::server
