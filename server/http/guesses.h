// Wrong secrets that are shown: some a second, by all together. Who shows the
// right one is not asked for this, so nobody can lock the user's programs out.
// One thread.
#pragma once

#include <cstdint>

#include "server/http/message.h"
#include "server/http/token_buckets.h"

namespace berth::http {

class Guesses {
 public:
  // A program with the token of an instance that is gone tries it once or
  // twice. 256 bits are not guessed at any rate: this keeps the cost down and
  // makes it seen.
  static constexpr Rate kRate{5, 5};
  // So often at most the log says so.
  static constexpr std::chrono::minutes kLogInterval{1};

  // `timers` must outlive it.
  explicit Guesses(Timers& timers) : timers_(timers), limit_(timers, {kRate}) {}

  // What a wrong secret is answered: `refusal`, or 429, after which the
  // connection is closed.
  [[nodiscard]] Response refuse(Response refusal);

  // Those that were answered 429.
  [[nodiscard]] std::uint64_t limited() const { return limited_; }

 private:
  void log();

  Timers& timers_;
  TokenBuckets limit_;
  std::uint64_t limited_ = 0;
  Timers::Clock::time_point next_log_{};
};

}  // namespace berth::http
