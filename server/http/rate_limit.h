// How often something may happen for each of many keys. One thread.
#pragma once

#include <list>
#include <map>
#include <string>

#include "server/http/token_buckets.h"

namespace berth::http {

class RateLimit {
 public:
  // Keys that are remembered. A new one takes the place of the one that was
  // asked for longest ago. Who makes up keys to have another forgotten gains
  // nothing by it: each key that is made up has a burst of its own anyway. One
  // bucket for all that do not fit would let him slow down every new one.
  static constexpr std::size_t kMostKeys = 1024;

  // All of `rates` must allow it. `timers` must outlive it.
  RateLimit(Timers& timers, std::vector<Rate> rates)
      : timers_(timers), rates_(std::move(rates)) {}
  RateLimit(const RateLimit&) = delete;

  // As TokenBuckets::take().
  [[nodiscard]] std::optional<std::chrono::milliseconds> take(
      const std::string& key, double cost = 1);

 private:
  struct Entry {
    std::string key;
    TokenBuckets buckets;
  };
  Entry& find(const std::string& key);

  Timers& timers_;
  std::vector<Rate> rates_;
  std::list<Entry> entries_;  // asked for longest ago first
  std::map<std::string, std::list<Entry>::iterator> keys_;
};

}  // namespace berth::http
