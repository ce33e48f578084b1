#include "server/rpc_service.h"

#include <nlohmann/json.hpp>

#include "registry/base/log.h"
#include "server/json_rpc.h"

namespace berth::server {

RpcService::RpcService(Wallet& wallet, Metrics& metrics, Timers& timers)
    : wallet_(wallet), metrics_(metrics), timers_(timers) {}

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
  // A page has what its origin was granted, and nothing grants yet.
  if (caller.origin)
    co_return RpcError(rpc_code::unauthorized,
                       "this origin was not granted this profile: " +
                           *caller.origin);
  if (method == "eth_subscribe") {
    auto subscribed =
        co_await subscribe(std::move(caller), std::move(params));
    co_return subscribed;
  }
  auto result =
      co_await wallet_.request(std::move(method), std::move(params));
  co_return result;
}

asio::awaitable<RpcResult> RpcService::subscribe(Caller caller,
                                                 nlohmann::json params) {
  if (!caller.listener)
    co_return RpcError(rpc_code::unsupported,
                       "subscriptions need a WebSocket: eth_subscribe");
  auto result = co_await wallet_.request("eth_subscribe", std::move(params));
  if (!result || !result->is_string()) co_return result;
  const auto id = result->get<std::string>();
  if (listeners_.contains(*caller.listener)) {
    subscriptions_[id] = *caller.listener;
    co_return result;
  }
  // The client went while the upstream answered.
  std::vector<std::string> orphan{id};
  co_await unsubscribe(std::move(orphan));
  co_return result;
}

ListenerId RpcService::join(EventListener& listener) {
  listeners_[next_listener_] = &listener;
  return next_listener_++;
}

std::vector<std::string> RpcService::leave(ListenerId listener) {
  listeners_.erase(listener);
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
  const std::string text = rpc_notification(event, params);
  if (event == "message") {
    // EIP-1193 "message": {type, data: {subscription, result}}.
    const nlohmann::json::json_pointer where("/data/subscription");
    const auto id = params.value(where, std::string());
    const auto found = subscriptions_.find(id);
    if (found != subscriptions_.end())
      listeners_.at(found->second)->notify(text);
    return;
  }
  // A copy: a listener may leave while it is told.
  const auto listeners = listeners_;
  for (const auto& [id, listener] : listeners)
    if (listeners_.contains(id)) listener->notify(text);
}

}  // namespace berth::server
