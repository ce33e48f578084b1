// How often something may happen. One thread.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "registry/base/timers.h"

namespace berth::http {

// A token bucket: `burst` at once, refilled at `per_second`.
struct Rate {
  double per_second;
  double burst;
};

// Buckets of which all must allow it; none allow everything.
class TokenBuckets {
 public:
  // Full. `timers` must outlive it.
  TokenBuckets(Timers& timers, std::vector<Rate> rates);

  // nullopt: it may happen now, and is counted as `cost`, but never as more
  // than a burst. Else nothing is counted, and it may happen after this time.
  [[nodiscard]] std::optional<std::chrono::milliseconds> take(double cost = 1);

 private:
  void refill();

  Timers& timers_;
  std::vector<Rate> rates_;
  std::vector<double> tokens_;
  Timers::Clock::time_point at_;
};

}  // namespace berth::http
