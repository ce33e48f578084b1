// One request to an instance over HTTP, for what is no EIP-1193: tokens, facts,
// approvals, shutdown. One thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "registry/base/async.h"
#include "registry/base/result.h"
#include "registry/record.h"

namespace berth::provider {

struct HttpRequest {
  registry::Record record;
  std::string verb;    // "GET", "POST" or "DELETE"
  std::string target;  // "/v1/instance"
  std::string body;    // JSON or empty
  bool check_peer = true;
};

struct HttpAnswer {
  int status = 0;  // any: a refusal is an answer
  std::string body;
};

// Why it is a refusal, in the instance's words; nullopt: it is none.
// Errc::invalid and not_found as its status says, else failed.
[[nodiscard]] std::optional<Error> refusal_of(const HttpAnswer& answer);

// Enough for any of an instance's answers that it does not hold back: a grant
// may have to ask an upstream for its accounts, all else is quick.
inline constexpr std::chrono::seconds kCallLimit{10};

// Has the instance prove itself (POST /v1/hello), then sends `request` with
// the token on that same connection. Errors as connect() in connection.h.
[[nodiscard]] asio::awaitable<Result<HttpAnswer>> call(
    HttpRequest request, Timers& timers, Timers::Clock::duration limit);

// Has the instance prove itself, and sends it nothing else. Errors as above.
[[nodiscard]] asio::awaitable<Result<void>> prove(
    registry::Record record, Timers& timers, Timers::Clock::duration limit);

struct Health {
  bool ok = false;     // false: degraded
  std::string reason;  // of a degraded one; from outside: print by visible()
};

// GET /health, without proof and without token: only a hint. Of a record of
// level 0: whether it can be connected or, where its `extra` names a path as
// `health`, answers that with 2xx. Errc::untrusted:
// another user's program answers there, or something that is no instance.
[[nodiscard]] asio::awaitable<Result<Health>> health(
    registry::Record record, Timers& timers, Timers::Clock::duration limit);

}  // namespace berth::provider
