// What an instance counts, as Prometheus text (exposition format 0.0.4). One
// thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "server/http/counters.h"

namespace berth::server {

class Metrics {
 public:
  // One answered request; `code` 0: a result, else the JSON-RPC error code.
  void answered(const std::string& method, int code,
                std::chrono::nanoseconds duration);

  // One message, or one call of a batch, that was refused because its client
  // asks too much.
  enum class Limited { message, pending };
  void limited(Limited what);

  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  [[nodiscard]] std::uint64_t errors() const { return errors_; }

  // What is counted elsewhere.
  struct Others {
    const http::Counters& http;
    std::chrono::seconds uptime;
    std::size_t questions;          // that wait for a person
    std::uint64_t asked_too_often;  // Gate::asked_too_often()
    std::uint64_t wrong_tokens;     // http::Guesses::limited()
  };
  [[nodiscard]] std::string prometheus(const Others& others) const;

 private:
  std::uint64_t& count_of(const std::string& method);

  // Clients choose method names, so their number is bounded: the rest is
  // counted as "other".
  static constexpr std::size_t kMaxMethods = 64;
  // Upper ends of the histogram, in microseconds; the last one is +Inf.
  static constexpr std::array<std::uint64_t, 7> kBucketsUs{
      100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 300'000'000};

  std::uint64_t messages_ = 0;
  std::uint64_t errors_ = 0;
  std::uint64_t limited_messages_ = 0;
  std::uint64_t limited_pending_ = 0;
  std::map<std::string, std::uint64_t> by_method_;
  std::map<int, std::uint64_t> by_code_;
  std::array<std::uint64_t, kBucketsUs.size() + 1> histogram_{};
  std::chrono::nanoseconds total_time_{0};
};

}  // namespace berth::server
