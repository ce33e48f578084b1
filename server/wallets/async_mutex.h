// A mutex for coroutines of one thread: first come, first served.
#pragma once

#include <boost/asio/this_coro.hpp>
#include <list>
#include <utility>

#include "registry/base/async.h"

namespace berth::server {

class AsyncMutex {
 public:
  // Held until it is destroyed.
  class Lock {
   public:
    explicit Lock(AsyncMutex& mutex) : mutex_(&mutex) {}
    Lock(Lock&& other) noexcept
        : mutex_(std::exchange(other.mutex_, nullptr)) {}
    Lock& operator=(Lock&&) = delete;
    ~Lock() {
      if (mutex_) mutex_->unlock();
    }

   private:
    AsyncMutex* mutex_;
  };

  // Throws operation_aborted, as every awaited operation does, when the
  // coroutine is cancelled while it waits.
  asio::awaitable<Lock> lock() {
    auto executor = co_await asio::this_coro::executor;
    Waiter waiter(*this, executor);
    if (held_) {
      waiters_.push_back(&waiter);
      co_await waiter.turn.wait();
      if (!waiter.turn.is_set())
        throw boost::system::system_error(asio::error::operation_aborted);
    }
    held_ = true;
    co_return Lock(*this);
  }

 private:
  struct Waiter {
    Waiter(AsyncMutex& m, const asio::any_io_executor& executor)
        : mutex(m), turn(executor) {}
    Waiter(const Waiter&) = delete;
    ~Waiter() { mutex.waiters_.remove(this); }
    AsyncMutex& mutex;
    Event turn;
  };

  // Handed over while still held, so that no newcomer comes between.
  void unlock() {
    if (waiters_.empty()) {
      held_ = false;
      return;
    }
    Waiter* next = waiters_.front();
    waiters_.pop_front();
    next->turn.set();
  }

  bool held_ = false;
  std::list<Waiter*> waiters_;
};

}  // namespace berth::server
