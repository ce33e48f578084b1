// How long to wait before the next attempt.
#pragma once

#include <algorithm>
#include <chrono>
#include <utility>

#include "registry/base/random.h"
#include "registry/base/timers.h"

namespace berth {

class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds last)
      : first_(first), last_(last), next_(first) {}

  // Half to the whole of a step that doubles from `first` up to `last`.
  [[nodiscard]] Timers::Clock::duration next() {
    const auto step = std::exchange(next_, std::min(next_ * 2, last_));
    return std::chrono::duration_cast<Timers::Clock::duration>(step *
                                                               random_jitter());
  }
  void reset() { next_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds last_;
  std::chrono::milliseconds next_;
};

}  // namespace berth
