#include "server/rpc_service.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "registry/base/log.h"
#include "server/json_rpc.h"

namespace berth::server {

RpcService::RpcService(Wallet& wallet, Gate& gate, Metrics& metrics,
                       Timers& timers)
    : wallet_(wallet), gate_(gate), metrics_(metrics), timers_(timers) {}

asio::awaitable<RpcResult> RpcService::call(Caller caller, std::string method,
                                            nlohmann::json params) {
  const auto start = timers_.now();
  RpcResult result =
      co_await decide(std::move(caller), method, std::move(params));
  metrics_.answered(method, result ? 0 : result.error().code,
                    timers_.now() - start);
  co_return result;
}

asio::awaitable<RpcResult> RpcService::decide(Caller caller,
                                              std::string method,
                                              nlohmann::json params) {
  if (stopping_)
    co_return RpcError(rpc_code::disconnected, "the instance is stopping");
  if (method == "eth_subscribe") {
    auto subscribed =
        co_await subscribe(std::move(caller), std::move(params));
    co_return subscribed;
  }
  if (method == "eth_unsubscribe" && !may_unsubscribe(caller, params))
    co_return RpcError(rpc_code::unauthorized,
                       "no subscription of this connection: eth_unsubscribe");
  auto result = co_await gate_.request(std::move(caller), std::move(method),
                                       std::move(params));
  co_return result;
}

// A page ends what it began, and nothing of others.
bool RpcService::may_unsubscribe(const Caller& caller,
                                 const nlohmann::json& params) const {
  if (!caller.origin) return true;
  if (!params.is_array() || params.empty() || !params[0].is_string())
    return false;
  const auto found = subscriptions_.find(params[0].get<std::string>());
  return found != subscriptions_.end() && found->second == caller.listener;
}

asio::awaitable<RpcResult> RpcService::subscribe(Caller caller,
                                                 nlohmann::json params) {
  if (!caller.listener)
    co_return RpcError(rpc_code::unsupported,
                       "subscriptions need a WebSocket: eth_subscribe");
  const ListenerId listener = *caller.listener;
  const std::string method = "eth_subscribe";
  auto result =
      co_await gate_.request(std::move(caller), method, std::move(params));
  if (!result || !result->is_string()) co_return result;
  const auto id = result->get<std::string>();
  if (listeners_.contains(listener)) {
    subscriptions_[id] = listener;
    co_return result;
  }
  // The client went while the upstream answered.
  std::vector<std::string> orphan{id};
  co_await unsubscribe(std::move(orphan));
  co_return result;
}

ListenerId RpcService::join(EventListener& listener,
                            std::optional<std::string> origin) {
  listeners_[next_listener_] = {&listener, std::move(origin)};
  return next_listener_++;
}

std::size_t RpcService::connections_of(const std::string& origin) const {
  return static_cast<std::size_t>(
      std::count_if(listeners_.begin(), listeners_.end(),
                    [&](const auto& l) { return l.second.origin == origin; }));
}

std::vector<std::string> RpcService::leave(ListenerId listener) {
  listeners_.erase(listener);
  gate_.client_left(listener);
  std::vector<std::string> orphans;
  for (const auto& [id, subscriber] : subscriptions_)
    if (subscriber == listener) orphans.push_back(id);
  for (const auto& id : orphans) subscriptions_.erase(id);
  return orphans;
}

asio::awaitable<void> RpcService::unsubscribe(
    std::vector<std::string> subscriptions) {
  for (const auto& id : subscriptions) {
    if (stopping_) co_return;
    nlohmann::json params = nlohmann::json::array({id});
    auto ended = co_await wallet_.request("eth_unsubscribe", std::move(params));
    if (!ended)
      log::warn("cannot end subscription " + id + ": " +
                ended.error().message);
  }
}

void RpcService::emit(const std::string& event, const nlohmann::json& params) {
  std::optional<ListenerId> only;
  if (event == "message") {
    // EIP-1193 "message": {type, data: {subscription, result}}.
    const nlohmann::json::json_pointer where("/data/subscription");
    const auto found = subscriptions_.find(params.value(where, std::string()));
    if (found == subscriptions_.end()) return;
    only = found->second;
  }
  // A copy: a listener may leave while it is told.
  const auto listeners = listeners_;
  for (const auto& [id, to] : listeners) {
    if ((only && id != *only) || !listeners_.contains(id)) continue;
    const auto heard = to.origin
                           ? gate_.event_for(*to.origin, event, params)
                           : std::optional(params);
    if (heard) to.listener->notify(rpc_notification(event, *heard));
  }
}

void RpcService::tell_accounts(const std::string& origin,
                               const Accounts& accounts) {
  const auto text = rpc_notification("accountsChanged", accounts);
  const auto listeners = listeners_;
  for (const auto& [id, to] : listeners)
    if (to.origin == origin && listeners_.contains(id))
      to.listener->notify(text);
}

}  // namespace berth::server
