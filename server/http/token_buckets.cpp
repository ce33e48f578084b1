#include "server/http/token_buckets.h"

#include <algorithm>
#include <cmath>

namespace berth::http {

TokenBuckets::TokenBuckets(Timers& timers, std::vector<Rate> rates)
    : timers_(timers), rates_(std::move(rates)), at_(timers.now()) {
  for (const Rate& rate : rates_) tokens_.push_back(rate.burst);
}

std::optional<std::chrono::milliseconds> TokenBuckets::take(double cost) {
  refill();
  double wait_s = 0;
  for (std::size_t i = 0; i < rates_.size(); ++i) {
    const double missing = std::min(cost, rates_[i].burst) - tokens_[i];
    wait_s = std::max(wait_s, missing / rates_[i].per_second);
  }
  if (wait_s > 0)
    return std::chrono::milliseconds(
        static_cast<std::int64_t>(std::ceil(wait_s * 1000)));
  for (std::size_t i = 0; i < rates_.size(); ++i)
    tokens_[i] -= std::min(cost, rates_[i].burst);
  return std::nullopt;
}

void TokenBuckets::refill() {
  const std::chrono::duration<double> passed = timers_.now() - at_;
  at_ = timers_.now();
  for (std::size_t i = 0; i < rates_.size(); ++i)
    tokens_[i] = std::min(rates_[i].burst,
                          tokens_[i] + passed.count() * rates_[i].per_second);
}

}  // namespace berth::http
