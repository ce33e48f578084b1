// The dApp's half of JSON-RPC 2.0: numbers the requests, gives each its answer,
// tells notifications apart. Knows no socket. Internal to the client.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "provider/client/rpc_error.h"
#include "registry/base/async.h"
#include "registry/base/result.h"

namespace berth::provider {

// What came in: an answer (id) or a notification (event).
struct Incoming {
  // Missing in an answer to nobody (id null): the other side could not read us.
  std::optional<std::uint64_t> id;
  RpcResult answer = RpcError();
  std::string event;  // empty: an answer
  nlohmann::json params;
};

// Errc::invalid: not a JSON-RPC 2.0 answer or notification.
[[nodiscard]] Result<Incoming> parse_incoming(std::string_view text);

// The requests that wait for their answers.
class RpcCalls {
 public:
  // One request; it is withdrawn when this goes, answered or not.
  class Call {
   public:
    Call(RpcCalls& calls, const asio::any_io_executor& executor);
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call() { calls_.waiting_.erase(id_); }

    [[nodiscard]] std::string message(const std::string& method,
                                      const nlohmann::json& params) const;
    // The answer. To be awaited once.
    asio::awaitable<RpcResult> answer();

   private:
    friend class RpcCalls;
    RpcCalls& calls_;
    std::uint64_t id_;
    Event answered_;
    RpcResult answer_ = RpcError();
  };

  // An id nobody waits for is that of a request given up: nothing happens.
  void finish(std::uint64_t id, RpcResult answer);
  void fail_all(const RpcError& error);

 private:
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, Call*> waiting_;
};

}  // namespace berth::provider
