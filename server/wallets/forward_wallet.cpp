#include "server/wallets/forward_wallet.h"

#include <nlohmann/json.hpp>

#include "server/permissions.h"
#include "server/wallets/forward_rules.h"

namespace berth::server {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

// An upstream that is there but does not tell its chain (still starting, rate
// limited) is asked again so often.
constexpr auto kChainRetry = 5s;

// What is no quantity stays as it is, and so equals no chain: a mistake in the
// profile must not switch the check off.
std::string canonical(const std::string& chain) {
  return quantity(chain).value_or(chain);
}

}  // namespace

ForwardWallet::ForwardWallet(std::unique_ptr<Upstream> upstream,
                             asio::any_io_executor executor, Timers& timers,
                             ForwardOptions options)
    : upstream_(std::move(upstream)),
      timers_(timers),
      options_(std::move(options)),
      tasks_(executor, &std::rethrow_exception) {
  if (options_.expected_chain_id)
    options_.expected_chain_id = canonical(*options_.expected_chain_id);
  upstream_->on_state(
      [this](bool connected) { connection_changed(connected); });
  upstream_->on_event([this](const std::string& event, const json& params) {
    upstream_event(event, params);
  });
  upstream_->on_notification([this](const json& params) {
    event_handler_("message", {{"type", "eth_subscription"}, {"data", params}});
  });
}

asio::awaitable<RpcResult> ForwardWallet::request(std::string method,
                                                  json params) {
  if (!knows(method))
    co_return RpcError(rpc_code::unsupported,
                       method +
                           " is not a method for dApps; it is not "
                           "forwarded to the upstream");
  auto answer = [&] {
    if (method == "eth_requestAccounts") return request_accounts(params);
    if (method == "wallet_getPermissions" ||
        method == "wallet_requestPermissions")
      return permissions(method, params);
    if (method == "wallet_switchEthereumChain") return switch_chain(params);
    if (method == "eth_chainId") return ask_chain();
    if (sends(method)) return send(method, params);
    return forward(method, params);
  }();
  auto result = co_await std::move(answer);
  co_return result;
}

bool ForwardWallet::knows(const std::string& method) const {
  return may_forward(method);
}

void ForwardWallet::on_event(EventHandler handler) {
  event_handler_ = std::move(handler);
}

WalletHealth ForwardWallet::health() const {
  const auto name = "upstream " + upstream_->display_name();
  if (!upstream_->connected()) return {false, name + " cannot be reached"};
  if (!chain_problem_.empty()) return {false, chain_problem_};
  if (on_wrong_chain()) return {false, wrong_chain()};
  return {};
}

std::optional<std::string> ForwardWallet::chain_id() const { return chain_id_; }

asio::awaitable<void> ForwardWallet::stop() {
  stopping_ = true;
  co_await upstream_->stop();
  tasks_.cancel();
  co_await tasks_.wait();
}

asio::awaitable<RpcResult> ForwardWallet::forward(std::string method,
                                                  json params) {
  return upstream_->request(std::move(method), std::move(params));
}

// The chain is asked for anew before each: over HTTP another node may answer
// at the same address from one request to the next.
asio::awaitable<RpcResult> ForwardWallet::send(std::string method,
                                               json params) {
  if (options_.expected_chain_id) {
    auto chain = co_await ask_chain();
    if (!chain) co_return chain.error();
    if (on_wrong_chain())
      co_return RpcError(rpc_code::chain_disconnected, wrong_chain());
  }
  auto result = co_await forward(std::move(method), std::move(params));
  co_return result;
}

// A plain node does not ask anybody: its accounts are open as they are.
asio::awaitable<RpcResult> ForwardWallet::request_accounts(json params) {
  auto result = co_await forward("eth_requestAccounts", std::move(params));
  if (!is_unsupported(result)) co_return result;
  auto accounts = co_await forward("eth_accounts", json::array());
  co_return accounts;
}

asio::awaitable<RpcResult> ForwardWallet::permissions(std::string method,
                                                      json params) {
  const bool asks = asks_for_accounts(params);
  auto result = co_await forward(method, std::move(params));
  if (!is_unsupported(result)) co_return result;
  if (method == "wallet_requestPermissions" && !asks)
    co_return RpcError(rpc_code::invalid_params,
                       "wallet_requestPermissions: ask for "
                       "[{\"eth_accounts\":{}}]; there is no other");
  auto accounts = co_await forward("eth_accounts", json::array());
  if (!accounts) co_return accounts.error();
  co_return permissions_for(*accounts);
}

asio::awaitable<RpcResult> ForwardWallet::switch_chain(json params) {
  const auto wanted = chain_of(params);
  if (!wanted)
    co_return RpcError(rpc_code::invalid_params,
                       "wallet_switchEthereumChain: params are "
                       "[{\"chainId\":\"0x...\"}]");
  auto result =
      co_await forward("wallet_switchEthereumChain", std::move(params));
  if (!result && !is_unsupported(result)) co_return result.error();
  const bool switched = result.has_value();
  auto chain = co_await ask_chain();
  if (switched) co_return result;
  if (!chain) co_return chain.error();
  if (chain_id_ == wanted) co_return json(nullptr);
  co_return RpcError(rpc_code::unknown_chain,
                     "upstream " + upstream_->display_name() + " is on chain " +
                         *chain_id_ + " and cannot switch to " + *wanted);
}

asio::awaitable<RpcResult> ForwardWallet::ask_chain() {
  auto answer = co_await forward("eth_chainId", json::array());
  if (!answer) co_return answer.error();
  const auto chain = quantity(*answer);
  if (!chain)
    co_return RpcError(rpc_code::internal,
                       "upstream " + upstream_->display_name() +
                           " answered eth_chainId with what is no quantity");
  learn_chain(*chain);
  co_return json(*chain);
}

// What every new connection begins with: which chain is this?
asio::awaitable<void> ForwardWallet::greet(std::uint64_t connection) {
  for (;;) {
    auto answer = co_await ask_chain();
    if (stopping_ || connection != connection_) co_return;
    if (answer) break;
    chain_problem_ = answer.error().message;
    co_await sleep_for(timers_, kChainRetry);
    if (stopping_ || connection != connection_) co_return;
  }
  chain_problem_.clear();
  event_handler_("connect", {{"chainId", *chain_id_}});
}

void ForwardWallet::connection_changed(bool connected) {
  ++connection_;
  chain_problem_.clear();
  if (connected) return tasks_.spawn(greet(connection_));
  event_handler_("disconnect",
                 {{"code", rpc_code::disconnected},
                  {"message", "upstream " + upstream_->display_name() +
                                  " was lost; it is tried again by itself"}});
}

void ForwardWallet::upstream_event(const std::string& event,
                                   const json& params) {
  if (event != "chainChanged") return event_handler_(event, params);
  if (const auto chain = quantity(params)) learn_chain(*chain);
}

void ForwardWallet::learn_chain(const std::string& chain) {
  const auto before = std::exchange(chain_id_, chain);
  if (before && before != chain_id_) event_handler_("chainChanged", chain);
}

bool ForwardWallet::on_wrong_chain() const {
  return options_.expected_chain_id && chain_id_ &&
         *chain_id_ != *options_.expected_chain_id;
}

std::string ForwardWallet::wrong_chain() const {
  return "upstream " + upstream_->display_name() + " is on chain " +
         *chain_id_ + ", the profile expects " + *options_.expected_chain_id;
}

}  // namespace berth::server
