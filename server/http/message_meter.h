// How much the client of one WebSocket may send. Messages are counted before
// they are parsed, so that rubbish counts too. One thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "server/http/rate_limit.h"

namespace berth::http {

class MessageMeter {
 public:
  // Refusals that are answered: some at once, for a page that does a little
  // more than it should while it loads; then so few that they cost nothing, on
  // as many connections as an origin may have.
  static constexpr Rate kRefusals{10, 20};
  // When a request that finds too many others pending may find room: nobody
  // knows, some are answered at once and some by a person.
  static constexpr std::chrono::milliseconds kPendingRetry{1000};
  // The longest time for which a client is not read: it may have gone.
  static constexpr std::chrono::milliseconds kMaxPause{1000};
  // A message costs 1, and 1 more for each of so many bytes: parsing a large
  // one takes the time of many small ones.
  static constexpr std::size_t kBytes = std::size_t{16} << 10;

  // `own`: of this connection alone. `shared`: what all connections of
  // `origin` may send together; nullptr: no limit. Both must outlive it.
  MessageMeter(Timers& timers, std::vector<Rate> own, RateLimit* shared,
               std::string origin);

  using Wait = std::optional<std::chrono::milliseconds>;

  // nullopt: a message of so many bytes may be served. Else after this time.
  [[nodiscard]] Wait take_message(std::size_t bytes);
  // The same for each call of a batch but the first.
  [[nodiscard]] Wait take_call() { return take(1); }

  // A message of so many bytes is answered with a refusal. Else than nullopt:
  // the client goes on all the same, and is not to be read for this time, so
  // that what it sends waits in its own buffers and costs us nothing. It is not
  // closed: it would come back at once, and a hello costs more than a pause.
  [[nodiscard]] Wait take_refusal(std::size_t bytes);

 private:
  [[nodiscard]] Wait take(double cost);

  TokenBuckets own_;
  TokenBuckets refusals_;
  RateLimit* shared_;
  std::string origin_;
};

}  // namespace berth::http
