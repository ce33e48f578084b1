// Between the wire and the wallet: who may ask what, how much at once, and who
// is told of events. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "registry/base/async.h"
#include "registry/base/quota.h"
#include "server/access/caller.h"
#include "server/access/gate.h"
#include "server/http/message_meter.h"
#include "server/json_rpc.h"
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
  // Calls that are answered at once, of all clients, also of those that have
  // gone: what they asked may wait for a node or a person. Each takes some KiB.
  // More than a page can have waiting at its rate (access/limits.h) until a
  // silent node is given up (wallets/make_upstream.h), so that none keeps the
  // others out.
  static constexpr std::size_t kMaxCalls = 8192;
  // Bytes of the messages that ask for them. Parsed, JSON takes up to 25 times
  // its text; ten questions of the largest size take 4 MiB.
  static constexpr std::size_t kMaxBytes = std::size_t{16} << 20;
  // Subscriptions of one connection. A dApp's library holds a handful.
  static constexpr std::size_t kMaxSubscriptions = 64;

  // All references must outlive it.
  RpcService(Wallet& wallet, Gate& gate, Metrics& metrics, Timers& timers,
             const AccessLimits& limits);

  // What counts the messages of a new connection, of `origin` where it speaks
  // for one. For as long as this lives.
  using Meter = std::shared_ptr<http::MessageMeter>;
  [[nodiscard]] Meter make_meter(const std::optional<std::string>& origin);

  // Answers the calls of one message that `meter` has let through, and asks it
  // about each but the first, which was counted with the message.
  [[nodiscard]] RpcHandler answering(Caller caller, Meter meter);
  // Answers one call, which was counted with its message, where that takes no
  // waiting.
  [[nodiscard]] std::optional<RpcResult> answer_at_once(
      const Caller& caller, const std::string& method,
      const nlohmann::json& params);
  // Answers those of one that is over a limit, each with -32005. Counts it, be
  // it rubbish.
  [[nodiscard]] RpcHandler refusing(Metrics::Limited what,
                                    std::chrono::milliseconds wait);

  // From now on everything answers 4900.
  void stop_asking() { stopping_ = true; }

  // Room for a message while it is answered; nullopt: there is none.
  [[nodiscard]] std::optional<Quota::Share> take_in(const std::string& text) {
    return bytes_.take(text.size());
  }

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
  // One request of `caller`; counted and timed.
  asio::awaitable<RpcResult> call(Caller caller, std::string method,
                                  nlohmann::json params);
  asio::awaitable<RpcResult> refuse(std::string method, Metrics::Limited what,
                                    std::chrono::milliseconds wait);
  asio::awaitable<RpcResult> decide(Caller caller, std::string method,
                                    nlohmann::json params);
  [[nodiscard]] bool may_unsubscribe(const Caller& caller,
                                     const nlohmann::json& params) const;
  [[nodiscard]] bool is_full(ListenerId listener) const;
  asio::awaitable<RpcResult> subscribe(Caller caller, nlohmann::json params);

  Wallet& wallet_;
  Gate& gate_;
  Metrics& metrics_;
  Timers& timers_;
  std::vector<http::Rate> connection_rates_;
  http::RateLimit origins_;
  std::map<ListenerId, Listener> listeners_;
  ListenerId next_listener_ = 1;
  std::map<std::string, ListenerId> subscriptions_;
  Quota calls_{kMaxCalls};
  Quota bytes_{kMaxBytes};
  bool stopping_ = false;
};

}  // namespace berth::server
