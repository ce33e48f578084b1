// The wallet that has no keys of its own: what needs them goes to an upstream
// that has them (geth with clef, a development node, another wallet), and so do
// reads. What administers a node is never forwarded.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "registry/base/async.h"
#include "server/wallet.h"
#include "server/wallets/upstream.h"

namespace berth::server {

struct ForwardOptions {
  // "0x..." quantity. When the upstream is on another chain, health is
  // degraded and what sends answers 4901.
  std::optional<std::string> expected_chain_id;
};

class ForwardWallet final : public Wallet {
 public:
  // `upstream` as make_upstream() gives it, before its io_context runs on.
  // `timers` must outlive the wallet.
  ForwardWallet(std::unique_ptr<Upstream> upstream,
                asio::any_io_executor executor, Timers& timers,
                ForwardOptions options = {});

  asio::awaitable<RpcResult> request(std::string method,
                                     nlohmann::json params) override;
  [[nodiscard]] bool knows(const std::string& method) const override;
  void on_event(EventHandler handler) override;
  [[nodiscard]] WalletHealth health() const override;
  // The last one known: it stays while the upstream is away.
  [[nodiscard]] std::optional<std::string> chain_id() const override;
  asio::awaitable<void> stop() override;

 private:
  using Json = nlohmann::json;

  asio::awaitable<RpcResult> forward(std::string method, Json params);
  asio::awaitable<RpcResult> send(std::string method, Json params);
  asio::awaitable<RpcResult> request_accounts(Json params);
  asio::awaitable<RpcResult> permissions(std::string method, Json params);
  asio::awaitable<RpcResult> switch_chain(Json params);

  asio::awaitable<RpcResult> ask_chain();
  asio::awaitable<void> greet(std::uint64_t connection);
  void connection_changed(bool connected);
  void upstream_event(const std::string& event, const Json& params);
  void learn_chain(const std::string& chain);
  [[nodiscard]] bool on_wrong_chain() const;
  [[nodiscard]] std::string wrong_chain() const;

  std::unique_ptr<Upstream> upstream_;
  Timers& timers_;
  ForwardOptions options_;
  EventHandler event_handler_ = [](const auto&, const auto&) {};
  std::optional<std::string> chain_id_;
  std::string chain_problem_;     // why it could not be asked; empty: none
  std::uint64_t connection_ = 0;  // counts changes of the connection
  bool stopping_ = false;
  TaskGroup tasks_;
};

}  // namespace berth::server
