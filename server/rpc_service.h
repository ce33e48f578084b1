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
#include "server/metrics.h"
#include "server/wallet.h"

namespace berth::server {

// A connection that is told of events.
class EventListener {
 public:
  virtual ~EventListener() = default;
  virtual void notify(const std::string& notification) = 0;
};
using ListenerId = std::uint64_t;  // never given twice

// Who asks. A page is known by its origin, which a token holder (gateway,
// extension) states; without one it is a program of the user's own.
struct Caller {
  std::optional<std::string> origin;
  // Who gets the events of what this caller subscribes to; nullopt: it has no
  // connection that could carry them.
  std::optional<ListenerId> listener;
};

class RpcService {
 public:
  // All references must outlive it.
  RpcService(Wallet& wallet, Metrics& metrics, Timers& timers);

  // Answers one request of `caller`; counted and timed. After stop_asking()
  // everything answers 4900.
  asio::awaitable<RpcResult> call(Caller caller, std::string method,
                                  nlohmann::json params);
  void stop_asking() { stopping_ = true; }

  // For native callers only: what a page may hear depends on what its origin
  // was granted. The listener must leave before it is destroyed.
  [[nodiscard]] ListenerId join(EventListener& listener);
  // Returns the subscriptions that nobody listens to any more: end them with
  // unsubscribe().
  [[nodiscard]] std::vector<std::string> leave(ListenerId listener);
  asio::awaitable<void> unsubscribe(std::vector<std::string> subscriptions);

  // `params` as EIP-1193 gives the event's argument. A subscription's message
  // goes to its subscriber, everything else to all.
  void emit(const std::string& event, const nlohmann::json& params);

 private:
  asio::awaitable<RpcResult> decide(Caller caller, std::string method,
                                    nlohmann::json params);
  asio::awaitable<RpcResult> subscribe(Caller caller, nlohmann::json params);

  Wallet& wallet_;
  Metrics& metrics_;
  Timers& timers_;
  std::map<ListenerId, EventListener*> listeners_;
  ListenerId next_listener_ = 1;
  std::map<std::string, ListenerId> subscriptions_;
  bool stopping_ = false;
};

}  // namespace berth::server
