// Between the wire and the wallet: who may ask what, how much at once, and who
// is told of events. One thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>

#include "registry/base/async.h"
#include "server/metrics.h"
#include "server/wallet.h"

namespace berth::server {

// Who asks. A page is known by its origin, which a token holder (gateway,
// extension) states; without one it is a program of the user's own.
struct Caller {
  std::optional<std::string> origin;
};

// A connection that is told of events.
class EventListener {
 public:
  virtual ~EventListener() = default;
  virtual void notify(const std::string& notification) = 0;
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

  // Events go to native listeners only: what a page may hear depends on what
  // its origin was granted. The listener must leave before it is destroyed.
  void join(EventListener& listener) { listeners_.insert(&listener); }
  void leave(EventListener& listener) { listeners_.erase(&listener); }
  // `params` as EIP-1193 gives the event's argument.
  void emit(const std::string& event, const nlohmann::json& params);

 private:
  asio::awaitable<RpcResult> decide(Caller caller, std::string method,
                                    nlohmann::json params);

  Wallet& wallet_;
  Metrics& metrics_;
  Timers& timers_;
  std::set<EventListener*> listeners_;
  bool stopping_ = false;
};

}  // namespace berth::server
