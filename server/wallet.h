// What an instance needs of a wallet. One thread; every member is called on
// the instance's io_context.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "server/rpc_error.h"

namespace berth::server {

// Whether the wallet can do its work. `reason` is for people, empty when ok.
struct WalletHealth {
  bool ok = true;
  std::string reason;
};

class Wallet {
 public:
  // EIP-1193 events: accountsChanged, chainChanged, connect, disconnect,
  // message. `params` is the event's argument as EIP-1193 gives it.
  using EventHandler =
      std::function<void(const std::string& event, const nlohmann::json& params)>;

  virtual ~Wallet() = default;

  // Answers one EIP-1193 request; params is an array or an object. Errors
  // carry EIP-1193 and JSON-RPC codes (4001, 4200, 4900, 4902, -32602, ...).
  // Several requests may be pending at once; they end in any order. Must not
  // be called after stop().
  virtual boost::asio::awaitable<RpcResult> request(std::string method,
                                                    nlohmann::json params) = 0;

  // The same for what takes no waiting; nullopt: request() answers it. Never
  // of subscriptions.
  [[nodiscard]] virtual std::optional<RpcResult> answer_at_once(
      const std::string&, const nlohmann::json&) {
    return std::nullopt;
  }

  // Whether `method` is one of this wallet's: others answer 4200.
  [[nodiscard]] virtual bool knows(const std::string& method) const = 0;

  // Set once, before the first request. May be called from inside request().
  virtual void on_event(EventHandler handler) = 0;

  [[nodiscard]] virtual WalletHealth health() const = 0;

  // "0x..." quantity, or nullopt while it is not known (upstream not reached).
  [[nodiscard]] virtual std::optional<std::string> chain_id() const = 0;

  // Ends upstream connections; pending requests answer 4900. Completes when
  // nothing of the wallet runs any more.
  virtual boost::asio::awaitable<void> stop() = 0;
};

}  // namespace berth::server
