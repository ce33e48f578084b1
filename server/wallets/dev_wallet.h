// A wallet for development and tests: accounts of a mnemonic that lies on the
// disk, real signatures, no questions asked. Implements every method of the
// wire itself; reads and sends go to an upstream where there is one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "registry/base/async.h"
#include "registry/base/result.h"
#include "server/wallet.h"
#include "server/wallets/key_ring.h"
#include "server/wallets/node.h"
#include "server/wallets/transaction_sender.h"
#include "server/wallets/upstream.h"

namespace berth::server {

struct SignRequest;

struct DevWalletOptions {
  std::string mnemonic;                // BIP-39, in English
  std::uint64_t chain_id = 31337;      // as hardhat and anvil
  std::size_t accounts = 10;           // as hardhat and anvil
  std::unique_ptr<Upstream> upstream;  // may be null
};

// Its events: `message` for what eth_subscribe delivers, `disconnect` when the
// upstream is lost and `connect` when it answers. Answers addresses in lower
// case, as nodes do.
class DevWallet : public Wallet {
 public:
  // Errc::invalid when the mnemonic is none. The mnemonic is wiped from
  // `options` once the keys are derived. stop() before destroying the wallet.
  [[nodiscard]] static Result<std::unique_ptr<DevWallet>> create(
      asio::any_io_executor executor, DevWalletOptions options);

  asio::awaitable<RpcResult> request(std::string method,
                                     nlohmann::json params) override;
  [[nodiscard]] std::optional<RpcResult> answer_at_once(
      const std::string& method, const nlohmann::json& params) override;
  [[nodiscard]] bool knows(const std::string& method) const override;
  void on_event(EventHandler handler) override;
  // Degraded while the upstream is lost or is on another chain.
  [[nodiscard]] WalletHealth health() const override;
  [[nodiscard]] std::optional<std::string> chain_id() const override;
  asio::awaitable<void> stop() override;

 private:
  DevWallet(asio::any_io_executor executor, KeyRing keys,
            DevWalletOptions options);

  // Methods that answer at once.
  using Method = RpcResult (DevWallet::*)(const nlohmann::json& params);
  [[nodiscard]] static Method find_method(const std::string& name);
  RpcResult accounts(const nlohmann::json& params);
  RpcResult answer_chain_id(const nlohmann::json& params);
  RpcResult net_version(const nlohmann::json& params);
  RpcResult client_version(const nlohmann::json& params);
  RpcResult personal_sign(const nlohmann::json& params);
  RpcResult sign_typed_data(const nlohmann::json& params);
  RpcResult switch_chain(const nlohmann::json& params);
  RpcResult add_chain(const nlohmann::json& params);
  RpcResult watch_asset(const nlohmann::json& params);
  RpcResult get_permissions(const nlohmann::json& params);
  RpcResult request_permissions(const nlohmann::json& params);
  RpcResult revoke_permissions(const nlohmann::json& params);

  [[nodiscard]] nlohmann::json account_list() const;
  RpcResult sign(const SignRequest& request) const;
  void listen_to_upstream();
  void upstream_state_changed(bool connected);
  asio::awaitable<void> check_chain();
  void emit(const std::string& event, const nlohmann::json& params);

  KeyRing keys_;
  const std::uint64_t chain_id_;
  const std::string chain_quantity_;
  std::unique_ptr<Node> node_;                 // null: no upstream
  std::unique_ptr<TransactionSender> sender_;  // null: no upstream
  EventHandler on_event_;
  TaskGroup tasks_;
  std::size_t pending_ = 0;
  Event idle_;  // set while pending_ is 0
};

}  // namespace berth::server
