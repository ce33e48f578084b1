// How often something may happen for each of many keys. One thread.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "registry/base/timers.h"

namespace berth::server {

// A token bucket: `burst` at once, refilled at `per_second`.
struct Rate {
  double per_second;
  double burst;
};

class RateLimit {
 public:
  // All of `rates` must allow it. `timers` must outlive it.
  RateLimit(Timers& timers, std::vector<Rate> rates)
      : timers_(timers), rates_(std::move(rates)) {}

  // nullopt: it may happen now, and is counted. Else nothing is counted, and
  // it may happen after this time.
  [[nodiscard]] std::optional<std::chrono::milliseconds> take(
      const std::string& key);

 private:
  struct Buckets {
    std::vector<double> tokens;
    Timers::Clock::time_point at;
  };
  void refill(Buckets& buckets) const;
  void forget_full();

  Timers& timers_;
  std::vector<Rate> rates_;
  std::map<std::string, Buckets> keys_;
};

}  // namespace berth::server
