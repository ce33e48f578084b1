// The coroutine vocabulary of the project: one completion token, one way to
// sleep, one deadline, one task group. One thread.
//
// g++ 12.2 miscompiles temporaries in awaited expressions (it destroys some of
// them twice). So: name what you await, pass aggregates and lambdas as named
// variables, never await inside a condition, and give coroutines their
// parameters by value.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "registry/base/timers.h"

namespace berth {

namespace asio = boost::asio;

// co_await f(..., use_ec) gives a tuple whose first element is the error_code.
inline constexpr auto use_ec = asio::as_tuple(asio::use_awaitable);

// Wakes waiters. set() before wait() is remembered; reset() forgets it.
class Event {
 public:
  explicit Event(const asio::any_io_executor& executor)
      : timer_(executor, asio::steady_timer::time_point::max()) {}

  void set() {
    set_ = true;
    timer_.cancel();
  }
  void reset() { set_ = false; }
  [[nodiscard]] bool is_set() const { return set_; }

  // Returns when set, or at once with is_set() false when cancelled.
  asio::awaitable<void> wait() {
    if (!set_) co_await timer_.async_wait(use_ec);
  }

 private:
  asio::steady_timer timer_;
  bool set_ = false;
};

// Sleeps; returns early when the coroutine is cancelled. `timers` must outlive
// the call.
inline asio::awaitable<void> sleep_for(Timers& timers,
                                       Timers::Clock::duration delay) {
  auto executor = co_await asio::this_coro::executor;
  Event elapsed(executor);
  Alarm alarm = timers.after(delay, [&elapsed] { elapsed.set(); });
  co_await elapsed.wait();
}

namespace detail {
template <class T>
asio::awaitable<void> store(asio::awaitable<T> operation,
                            std::optional<T>* result) {
  result->emplace(co_await std::move(operation));
}
}  // namespace detail

// The value of `operation`, or nullopt when `limit` passes first: then the
// operation is cancelled and what it worked on (a connection) is to be thrown
// away, because it may have stopped half way.
template <class T>
asio::awaitable<std::optional<T>> with_deadline(asio::awaitable<T> operation,
                                                Timers& timers,
                                                Timers::Clock::duration limit) {
  using namespace asio::experimental::awaitable_operators;
  // Not by the value of ||: it would take a variant T apart.
  std::optional<T> result;
  auto storing = detail::store(std::move(operation), &result);
  const auto first = co_await (std::move(storing) || sleep_for(timers, limit));
  if (first.index() != 0) result.reset();
  co_return result;
}

// Coroutines that belong together. Each one spawned is held until it ends;
// destroying the group with coroutines still running is a bug: cancel() and
// wait() first.
class TaskGroup {
 public:
  using FailureHandler = std::function<void(std::exception_ptr)>;

  // `on_failure` is told of an exception that left a coroutine (a bug of
  // ours); the other coroutines go on.
  TaskGroup(asio::any_io_executor executor, FailureHandler on_failure)
      : executor_(std::move(executor)),
        on_failure_(std::move(on_failure)),
        empty_(executor_) {
    empty_.set();
  }
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void spawn(asio::awaitable<void> task) {
    auto& signal =
        *running_.emplace_back(std::make_unique<asio::cancellation_signal>());
    auto place = std::prev(running_.end());
    empty_.reset();
    asio::co_spawn(executor_, std::move(task),
                   asio::bind_cancellation_slot(
                       signal.slot(), [this, place](std::exception_ptr error) {
                         finished(place, error);
                       }));
  }

  // Asks every coroutine to end: their pending operations are aborted. Call it
  // from within the io_context (a coroutine or a posted function): from outside,
  // co_spawn puts the cancellation off and keeps a bare pointer meanwhile.
  void cancel() {
    for (auto it = running_.begin(); it != running_.end();) {
      // emit() may end the task, and so erase its place, before it returns.
      (*it++)->emit(asio::cancellation_type::terminal);
    }
  }

  // Completes when no coroutine runs.
  asio::awaitable<void> wait() { return empty_.wait(); }

  [[nodiscard]] std::size_t size() const { return running_.size(); }

 private:
  using Signals = std::list<std::unique_ptr<asio::cancellation_signal>>;

  void finished(Signals::iterator place, const std::exception_ptr& error) {
    // A cancel() may be on its way to the signal: Asio posts it when it comes
    // from outside the io_context's loop, so the signal goes after it.
    asio::post(executor_, [signal = std::move(*place)] {});
    running_.erase(place);
    if (running_.empty()) empty_.set();
    if (error && !is_cancellation(error)) on_failure_(error);
  }

  // Asio ends a cancelled coroutine so at its next co_await.
  static bool is_cancellation(const std::exception_ptr& error) {
    try {
      std::rethrow_exception(error);
    } catch (const boost::system::system_error& thrown) {
      return thrown.code() == asio::error::operation_aborted;
    } catch (...) {
      return false;
    }
  }

  asio::any_io_executor executor_;
  FailureHandler on_failure_;
  Event empty_;
  Signals running_;
};

}  // namespace berth
