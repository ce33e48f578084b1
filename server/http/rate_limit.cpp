#include "server/http/rate_limit.h"

#include <utility>

namespace berth::http {

std::optional<std::chrono::milliseconds> RateLimit::take(const std::string& key,
                                                         double cost) {
  return find(key).buckets.take(cost);
}

RateLimit::Entry& RateLimit::find(const std::string& key) {
  if (const auto known = keys_.find(key); known != keys_.end()) {
    entries_.splice(entries_.end(), entries_, known->second);
    return *known->second;
  }
  if (keys_.size() >= kMostKeys) {
    keys_.erase(entries_.front().key);
    entries_.pop_front();
  }
  entries_.push_back({key, TokenBuckets(timers_, rates_)});
  keys_[key] = std::prev(entries_.end());
  return entries_.back();
}

}  // namespace berth::http
