#include "server/rpc_service.h"

#include <nlohmann/json.hpp>

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
  auto result =
      co_await wallet_.request(std::move(method), std::move(params));
  co_return result;
}

void RpcService::emit(const std::string& event, const nlohmann::json& params) {
  const std::string text = rpc_notification(event, params);
  // A copy: a listener may leave while it is told.
  const auto listeners = listeners_;
  for (EventListener* listener : listeners)
    if (listeners_.contains(listener)) listener->notify(text);
}

}  // namespace berth::server
