#include "server/access/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace berth::server {
namespace {

// From so many keys on, those that are as good as new are forgotten.
constexpr std::size_t kManyKeys = 256;

}  // namespace

std::optional<std::chrono::milliseconds> RateLimit::take(
    const std::string& key) {
  if (keys_.size() >= kManyKeys && !keys_.contains(key)) forget_full();
  const auto [place, is_new] = keys_.try_emplace(key);
  Buckets& buckets = place->second;
  if (is_new) {
    for (const Rate& rate : rates_) buckets.tokens.push_back(rate.burst);
    buckets.at = timers_.now();
  }
  refill(buckets);
  double wait_s = 0;
  for (std::size_t i = 0; i < rates_.size(); ++i)
    wait_s = std::max(wait_s, (1 - buckets.tokens[i]) / rates_[i].per_second);
  if (wait_s > 0)
    return std::chrono::milliseconds(
        static_cast<std::int64_t>(std::ceil(wait_s * 1000)));
  for (double& tokens : buckets.tokens) tokens -= 1;
  return std::nullopt;
}

void RateLimit::refill(Buckets& buckets) const {
  const std::chrono::duration<double> passed = timers_.now() - buckets.at;
  buckets.at = timers_.now();
  for (std::size_t i = 0; i < rates_.size(); ++i)
    buckets.tokens[i] =
        std::min(rates_[i].burst,
                 buckets.tokens[i] + passed.count() * rates_[i].per_second);
}

void RateLimit::forget_full() {
  for (auto& [key, buckets] : keys_) refill(buckets);
  std::erase_if(keys_, [this](const auto& item) {
    const auto& tokens = item.second.tokens;
    return std::equal(tokens.begin(), tokens.end(), rates_.begin(),
                      [](double left, const Rate& rate) {
                        return left >= rate.burst;
                      });
  });
}

}  // namespace berth::server
