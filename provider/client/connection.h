// A dApp's connection to one wallet instance: EIP-1193 over a WebSocket whose
// other side has proven that it is the instance of the record. One thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <variant>

#include "provider/client/rpc_error.h"
#include "registry/base/async.h"
#include "registry/base/result.h"
#include "registry/record.h"

namespace berth::provider {

// What either side may send in one message.
inline constexpr std::size_t kMaxRequestBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxAnswerBytes = std::size_t{16} << 20;
// Of requests that it has not read yet. It takes 4 MiB of one connection, and
// answers the rest: one that is further behind does not read at all.
inline constexpr std::size_t kMaxWaitingBytes = std::size_t{16} << 20;

// EIP-1193 events: accountsChanged, chainChanged, connect, disconnect,
// message; `params` is the event's argument as EIP-1193 gives it. When the
// connection is lost, `disconnect` comes last, with {code: 4900, message}; not
// after the Connection was destroyed.
using OnEvent =
    std::function<void(const std::string& event, const nlohmann::json& params)>;

struct ConnectOptions {
  // A name is looked up in this user's registry (running_record()).
  std::variant<std::string, registry::Record> instance;
  // May be empty. May destroy the connection.
  OnEvent on_event;
  // The connection was lost; last, and also where the instance had announced a
  // `disconnect` itself, which on_event is told of once. May destroy the
  // connection; not called after that.
  std::function<void()> on_lost;
  // The page that is spoken for, full scheme, host and port as the browser
  // gave it. Empty: the user's own program.
  std::string origin;
  // A ping goes out when nothing was heard for half of this; the connection is
  // lost when nothing was heard for all of it.
  std::chrono::milliseconds silence_limit{60'000};
  // Off only where config `peer_check` says so.
  bool check_peer = true;
};

// Destroying it closes the connection; requests that wait then end with 4900.
class Connection {
 public:
  virtual ~Connection() = default;

  // The answer of the instance, or 4900 when the connection was lost before it
  // came; then nobody knows whether it was carried out, and it is never sent
  // again. -32005 at once: kMaxWaitingBytes wait to be read by it. `params`: an
  // array or an object. Several may wait at once. No time
  // limit (a user may have to decide): see with_deadline(); an answer that
  // comes after that is dropped.
  virtual asio::awaitable<RpcResult> request(std::string method,
                                             nlohmann::json params) = 0;

  [[nodiscard]] virtual bool is_open() const = 0;
  [[nodiscard]] virtual const registry::Record& record() const = 0;
};

// Dials, and sends nothing but the handshake (and perhaps a close frame) until
// the other side has proven itself. Errc::not_found: no such running instance;
// unavailable: nobody answers there; untrusted: whoever answered is not the
// instance; timed_out: `limit` passed. `timers` is used during the call only.
[[nodiscard]] asio::awaitable<Result<std::unique_ptr<Connection>>> connect(
    ConnectOptions options, Timers& timers, Timers::Clock::duration limit);

}  // namespace berth::provider
