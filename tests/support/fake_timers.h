// Time that moves only when a test says so.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "registry/base/timers.h"

namespace berth::test {

class FakeTimers : public Timers {
 public:
  [[nodiscard]] Clock::time_point now() const override { return now_; }

  [[nodiscard]] Alarm at(Clock::time_point when, Callback callback) override {
    Key key{std::max(when, now_), next_++};
    due_->emplace(key, std::move(callback));
    return Alarm(std::make_unique<FakePending>(due_, key));
  }

  // Jumps from due time to due time, so that each callback sees its own time.
  // A callback that wakes a coroutine posts to the io_context: run that next.
  void advance(Clock::duration delta) {
    const auto end = now_ + delta;
    while (!due_->empty() && due_->begin()->first.first <= end) {
      auto next = due_->extract(due_->begin());
      now_ = next.key().first;
      next.mapped()();
    }
    now_ = end;
  }

  [[nodiscard]] std::size_t pending() const { return due_->size(); }

 private:
  using Key = std::pair<Clock::time_point, std::uint64_t>;
  using Due = std::map<Key, Callback>;

  struct FakePending : Alarm::Pending {
    FakePending(std::shared_ptr<Due> d, Key k) : due(std::move(d)), key(k) {}
    ~FakePending() override { due->erase(key); }
    std::shared_ptr<Due> due;
    Key key;
  };

  std::shared_ptr<Due> due_ = std::make_shared<Due>();
  Clock::time_point now_{};
  std::uint64_t next_ = 0;
};

}  // namespace berth::test
