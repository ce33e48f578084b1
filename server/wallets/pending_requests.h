// Requests that wait for their answer, by the id they were sent with.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <unordered_map>

#include "registry/base/async.h"
#include "registry/base/timers.h"
#include "server/rpc_error.h"

namespace berth::server {

class PendingRequests {
 public:
  struct Entry;
  using Entries = std::unordered_map<std::uint64_t, std::shared_ptr<Entry>>;

  struct Entry {
    explicit Entry(const asio::any_io_executor& executor) : done(executor) {}
    std::uint64_t id = 0;
    std::string method;
    std::string text;  // as it goes over the wire
    Timers::Clock::time_point deadline;
    Alarm limit;
    Event done;
    std::optional<RpcResult> result;
    std::weak_ptr<Entries> all;  // where it is while somebody waits for it
  };

  // `name` is the upstream's, for messages.
  PendingRequests(asio::any_io_executor executor, Timers& timers,
                  std::string name)
      : executor_(std::move(executor)),
        timers_(timers),
        name_(std::move(name)) {}

  // Is settled with -32603 after `limit` unless it is settled before.
  std::shared_ptr<Entry> add(const std::string& method,
                             const nlohmann::json& params,
                             Timers::Clock::duration limit);

  // Null when nobody waits for it (any more).
  [[nodiscard]] std::shared_ptr<Entry> find(std::uint64_t id) const;
  // No effect when nobody waits for it (any more).
  void settle(std::uint64_t id, RpcResult result);
  void settle_all(const RpcError& error);

  // The table may be gone by the time it completes. A caller that is cancelled
  // gets 4900, and its request leaves the table.
  static asio::awaitable<RpcResult> wait(std::shared_ptr<Entry> entry);

 private:
  void timed_out(std::uint64_t id, Timers::Clock::duration limit);

  asio::any_io_executor executor_;
  Timers& timers_;
  std::string name_;
  std::uint64_t last_id_ = 0;
  const std::shared_ptr<Entries> entries_ = std::make_shared<Entries>();
};

}  // namespace berth::server
