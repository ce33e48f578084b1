// Between the wire and the wallet: who may ask what, how much at once, and who
// is told of events. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "registry/base/async.h"
#include "server/access/caller.h"
#include "server/access/gate.h"
#include "server/metrics.h"
#include "server/wallet.h"

namespace berth::server {

// A connection that is told of events.
class EventListener {
 public:
  virtual ~EventListener() = default;
  virtual void notify(const std::string& notification) = 0;
};

class RpcService {
 public:
  // All references must outlive it.
  RpcService(Wallet& wallet, Gate& gate, Metrics& metrics, Timers& timers);

  // Answers one request of `caller`; counted and timed. After stop_asking()
  // everything answers 4900.
  asio::awaitable<RpcResult> call(Caller caller, std::string method,
                                  nlohmann::json params);
  void stop_asking() { stopping_ = true; }

  // `origin`: the page that it speaks for, which hears what it was granted.
  // The listener must leave before it is destroyed.
  [[nodiscard]] ListenerId join(EventListener& listener,
                                std::optional<std::string> origin);
  [[nodiscard]] std::size_t connections_of(const std::string& origin) const;
  // Returns the subscriptions that nobody listens to any more: end them with
  // unsubscribe().
  [[nodiscard]] std::vector<std::string> leave(ListenerId listener);
  asio::awaitable<void> unsubscribe(std::vector<std::string> subscriptions);

  // `params` as EIP-1193 gives the event's argument. A subscription's message
  // goes to its subscriber, everything else to all that may hear it.
  void emit(const std::string& event, const nlohmann::json& params);

  // Tells the connections of `origin` which accounts it has from now on.
  void tell_accounts(const std::string& origin, const Accounts& accounts);

 private:
  struct Listener {
    EventListener* listener;
    std::optional<std::string> origin;
  };
  asio::awaitable<RpcResult> decide(Caller caller, std::string method,
                                    nlohmann::json params);
  [[nodiscard]] bool may_unsubscribe(const Caller& caller,
                                     const nlohmann::json& params) const;
  asio::awaitable<RpcResult> subscribe(Caller caller, nlohmann::json params);

  Wallet& wallet_;
  Gate& gate_;
  Metrics& metrics_;
  Timers& timers_;
  std::map<ListenerId, Listener> listeners_;
  ListenerId next_listener_ = 1;
  std::map<std::string, ListenerId> subscriptions_;
  bool stopping_ = false;
};

}  // namespace berth::server
