#include "server/rpc_service.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "registry/base/log.h"

namespace berth::server {
namespace {

RpcError too_many(const std::string& what) {
  return limit_exceeded("too many " + what, http::MessageMeter::kPendingRetry);
}

// What eth_unsubscribe names; "": nothing.
std::string first_text(const nlohmann::json& params) {
  const bool named =
      params.is_array() && !params.empty() && params[0].is_string();
  return named ? params[0].get<std::string>() : std::string();
}

const char* text_of(Metrics::Limited what) {
  return what == Metrics::Limited::pending
             ? "too many requests are pending on this connection"
             : "this connection, or its page, asks too often";
}

std::vector<http::Rate> connection_rates(const AccessLimits& limits) {
  if (limits.connection_messages_per_second == 0) return {};
  return {{limits.connection_messages_per_second,
           limits.connection_messages_burst}};
}

}  // namespace

RpcService::RpcService(Wallet& wallet, Gate& gate, Metrics& metrics,
                       Timers& timers, const AccessLimits& limits)
    : wallet_(wallet),
      gate_(gate),
      metrics_(metrics),
      timers_(timers),
      connection_rates_(connection_rates(limits)),
      origins_(timers, {{limits.messages_per_second, limits.messages_burst}}) {}

RpcService::Meter RpcService::make_meter(
    const std::optional<std::string>& origin) {
  return std::make_shared<http::MessageMeter>(timers_, connection_rates_,
                                              origin ? &origins_ : nullptr,
                                              origin.value_or(""));
}

RpcHandler RpcService::answering(Caller caller, Meter meter) {
  return [this, caller = std::move(caller), meter = std::move(meter),
          is_first = true](std::string method, nlohmann::json params) mutable {
    if (!std::exchange(is_first, false)) {
      if (const auto wait = meter->take_call()) {
        metrics_.limited(Metrics::Limited::message);
        return refuse(std::move(method), Metrics::Limited::message, *wait);
      }
    }
    return call(caller, std::move(method), std::move(params));
  };
}

RpcHandler RpcService::refusing(Metrics::Limited what,
                                std::chrono::milliseconds wait) {
  metrics_.limited(what);
  return [this, what, wait](std::string method, const nlohmann::json&) {
    return refuse(std::move(method), what, wait);
  };
}

asio::awaitable<RpcResult> RpcService::refuse(std::string method,
                                              Metrics::Limited what,
                                              std::chrono::milliseconds wait) {
  metrics_.answered(method, rpc_code::limit_exceeded, {});
  co_return limit_exceeded(text_of(what), wait);
}

asio::awaitable<RpcResult> RpcService::call(Caller caller, std::string method,
                                            nlohmann::json params) {
  const auto start = timers_.now();
  RpcResult result =
      co_await decide(std::move(caller), method, std::move(params));
  metrics_.answered(method, result ? 0 : result.error().code,
                    timers_.now() - start);
  co_return result;
}

std::optional<RpcResult> RpcService::answer_at_once(
    const Caller& caller, const std::string& method,
    const nlohmann::json& params) {
  const bool has_room = calls_.take(1).has_value();
  if (stopping_ || !has_room) return std::nullopt;
  const auto start = timers_.now();
  auto result = gate_.answer_at_once(caller, method, params);
  if (result)
    metrics_.answered(method, *result ? 0 : result->error().code,
                      timers_.now() - start);
  return result;
}

asio::awaitable<RpcResult> RpcService::decide(Caller caller,
                                              std::string method,
                                              nlohmann::json params) {
  if (stopping_)
    co_return RpcError(rpc_code::disconnected, "the instance is stopping");
  const auto place = calls_.take(1);
  if (!place) co_return too_many("requests are being answered");
  if (method == "eth_subscribe") {
    auto subscribed =
        co_await subscribe(std::move(caller), std::move(params));
    co_return subscribed;
  }
  if (method == "eth_unsubscribe" && !may_unsubscribe(caller, params))
    co_return RpcError(rpc_code::unauthorized,
                       "no subscription of this connection: eth_unsubscribe");
  std::string ended;
  if (method == "eth_unsubscribe") ended = first_text(params);
  auto result = co_await gate_.request(std::move(caller), std::move(method),
                                       std::move(params));
  if (result) subscriptions_.erase(ended);
  co_return result;
}

// A page ends what it began, and nothing of others.
bool RpcService::may_unsubscribe(const Caller& caller,
                                 const nlohmann::json& params) const {
  if (!caller.origin) return true;
  const auto found = subscriptions_.find(first_text(params));
  return found != subscriptions_.end() && found->second == caller.listener;
}

asio::awaitable<RpcResult> RpcService::subscribe(Caller caller,
                                                 nlohmann::json params) {
  if (!caller.listener)
    co_return RpcError(rpc_code::unsupported,
                       "subscriptions need a WebSocket: eth_subscribe");
  const ListenerId listener = *caller.listener;
  if (is_full(listener)) co_return too_many("subscriptions of this connection");
  const std::string method = "eth_subscribe";
  auto result =
      co_await gate_.request(std::move(caller), method, std::move(params));
  if (!result || !result->is_string()) co_return result;
  const auto id = result->get<std::string>();
  const bool full = is_full(listener);
  if (!full && listeners_.contains(listener)) {
    subscriptions_[id] = listener;
    co_return result;
  }
  // The client went, or got its last one, while the upstream answered.
  std::vector<std::string> orphan{id};
  co_await unsubscribe(std::move(orphan));
  if (full) co_return too_many("subscriptions of this connection");
  co_return result;
}

bool RpcService::is_full(ListenerId listener) const {
  const auto count =
      std::count_if(subscriptions_.begin(), subscriptions_.end(),
                    [&](const auto& s) { return s.second == listener; });
  return static_cast<std::size_t>(count) >= kMaxSubscriptions;
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
  // They were the connection's that the upstream has lost.
  if (event == "disconnect") subscriptions_.clear();
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
