#include "server/wallets/dev_wallet.h"

#include <nlohmann/json.hpp>

#include "registry/base/log.h"
#include "server/wallets/read_methods.h"

namespace berth::server {
namespace {

using nlohmann::json;

constexpr std::string_view kSend = "eth_sendTransaction";

// Counts a request for as long as it is answered.
class Pending {
 public:
  Pending(std::size_t& count, Event& idle) : count_(count), idle_(idle) {
    ++count_;
    idle_.reset();
  }
  Pending(const Pending&) = delete;
  ~Pending() {
    if (--count_ == 0) idle_.set();
  }

 private:
  std::size_t& count_;
  Event& idle_;
};

RpcError no_upstream(const std::string& method) {
  return RpcError{rpc_code::disconnected,
                  method +
                      " needs a node and this profile has no upstream: set one "
                      "with `berth profile set NAME upstream URL`"};
}

RpcError unsupported(const std::string& method) {
  const bool signs_anything = method == "eth_sign" ||
                              method == "eth_signTypedData" ||
                              method == "eth_signTypedData_v3";
  return RpcError{rpc_code::unsupported,
                  method + " is not supported" +
                      (signs_anything ? ": its signatures can be misused, use "
                                        "personal_sign or eth_signTypedData_v4"
                                      : "")};
}

}  // namespace

Result<std::unique_ptr<DevWallet>> DevWallet::create(
    asio::any_io_executor executor, DevWalletOptions options) {
  auto mnemonic = parse_mnemonic(options.mnemonic);
  wipe(options.mnemonic);
  if (!mnemonic) return mnemonic.error();
  auto keys = KeyRing::derive(*mnemonic, options.accounts);
  if (!keys) return keys.error();
  return std::unique_ptr<DevWallet>(
      new DevWallet(std::move(executor), std::move(*keys), std::move(options)));
}

DevWallet::DevWallet(asio::any_io_executor executor, KeyRing keys,
                     DevWalletOptions options)
    : keys_(std::move(keys)),
      chain_id_(options.chain_id),
      chain_quantity_(to_quantity(chain_id_)),
      tasks_(executor,
             log::failure("dev wallet: checking the upstream's chain failed")),
      idle_(executor) {
  idle_.set();
  if (!options.upstream) return;
  node_ = std::make_unique<Node>(std::move(options.upstream), chain_id_);
  sender_ = std::make_unique<TransactionSender>(*node_, keys_, chain_id_);
  listen_to_upstream();
}

void DevWallet::listen_to_upstream() {
  Upstream& upstream = node_->upstream();
  upstream.on_state(
      [this](bool connected) { upstream_state_changed(connected); });
  upstream.on_notification([this](const json& params) {
    emit("message", {{"type", "eth_subscription"}, {"data", params}});
  });
  if (upstream.connected()) tasks_.spawn(check_chain());
}

void DevWallet::upstream_state_changed(bool connected) {
  if (connected) {
    tasks_.spawn(check_chain());
    emit("connect", {{"chainId", *chain_id()}});
  } else {
    emit("disconnect",
         {{"code", rpc_code::disconnected}, {"message", node_->problem()}});
  }
}

asio::awaitable<void> DevWallet::check_chain() {
  const auto problem = co_await node_->check_chain();
  if (problem) log::warn("dev wallet: " + problem->message);
}

void DevWallet::emit(const std::string& event, const json& params) {
  if (on_event_) on_event_(event, params);
}

asio::awaitable<RpcResult> DevWallet::request(std::string method, json params) {
  const Pending pending(pending_, idle_);
  if (auto answer = answer_at_once(method, params)) co_return *answer;
  if (!knows(method)) co_return unsupported(method);
  if (!node_) co_return no_upstream(method);
  if (method == kSend) {
    auto hash = co_await sender_->send(std::move(params));
    co_return hash;
  }
  auto answer = co_await node_->request(std::move(method), std::move(params));
  co_return answer;
}

std::optional<RpcResult> DevWallet::answer_at_once(const std::string& method,
                                                   const json& params) {
  const Method known = find_method(method);
  return known ? std::optional((this->*known)(params)) : std::nullopt;
}

bool DevWallet::knows(const std::string& method) const {
  return find_method(method) || method == kSend || is_read_method(method);
}

void DevWallet::on_event(EventHandler handler) {
  on_event_ = std::move(handler);
}

WalletHealth DevWallet::health() const {
  if (!node_) return {};
  auto problem = node_->problem();
  return {problem.empty(), std::move(problem)};
}

std::optional<std::string> DevWallet::chain_id() const {
  return chain_quantity_;
}

asio::awaitable<void> DevWallet::stop() {
  if (node_) co_await node_->stop();
  co_await tasks_.wait();
  co_await idle_.wait();
}

}  // namespace berth::server
