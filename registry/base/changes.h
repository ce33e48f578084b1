// A count of changes that coroutines wait on. One thread.
#pragma once

#include <cstdint>
#include <set>

#include "registry/base/async.h"

namespace berth {

// Must outlive who waits.
class Changes {
 public:
  explicit Changes(asio::any_io_executor executor)
      : executor_(std::move(executor)) {}

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] const asio::any_io_executor& executor() const {
    return executor_;
  }

  // Something has changed: wakes all who wait.
  void bump() {
    ++count_;
    for (auto* waiter : waiters_) waiter->set();
  }

  // Returns when count() is another than `seen`, at once where it is, or when
  // cancelled.
  asio::awaitable<void> after(std::uint64_t seen) {
    if (count_ != seen) co_return;
    Event changed(executor_);
    const Waiting waiting(*this, changed);
    co_await changed.wait();
  }

 private:
  struct Waiting {
    Waiting(Changes& c, Event& e) : changes(c), event(e) {
      changes.waiters_.insert(&event);
    }
    Waiting(const Waiting&) = delete;
    ~Waiting() { changes.waiters_.erase(&event); }
    Changes& changes;
    Event& event;
  };

  asio::any_io_executor executor_;
  std::set<Event*> waiters_;
  std::uint64_t count_ = 0;
};

}  // namespace berth
