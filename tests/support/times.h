// How long something took, many times over, in one phrase.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace berth::test {

class Times {
 public:
  using Clock = std::chrono::steady_clock;

  void add(Clock::duration taken) { taken_.push_back(taken); }

  // "median 0.34 ms, p99 1.20 ms, max 3.41 ms"
  [[nodiscard]] std::string text() const {
    if (taken_.empty()) return "never";
    auto sorted = taken_;
    std::sort(sorted.begin(), sorted.end());
    const auto ms = [&](std::size_t at) {
      return std::chrono::duration<double, std::milli>(sorted[at]).count();
    };
    const auto n = sorted.size();
    char text[96];
    std::snprintf(text, sizeof text, "median %.2f ms, p99 %.2f ms, max %.2f ms",
                  ms(n / 2), ms(n * 99 / 100), ms(n - 1));
    return text;
  }

 private:
  std::vector<Clock::duration> taken_;
};

}  // namespace berth::test
