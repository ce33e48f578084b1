// Time as a dependency, so that tests can move it. One thread: every call and
// every callback happens on the thread of the io_context.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace berth {

// A scheduled call. Destroying or reassigning it cancels the call; moving it
// moves the right to cancel. Default-constructed: nothing is scheduled.
class Alarm {
 public:
  struct Pending {
    virtual ~Pending() = default;  // cancels
  };

  Alarm() = default;
  explicit Alarm(std::unique_ptr<Pending> pending)
      : pending_(std::move(pending)) {}
  void cancel() { pending_.reset(); }

 private:
  std::unique_ptr<Pending> pending_;
};

class Timers {
 public:
  // Monotonic: not moved by clock changes. Stands still during suspend.
  using Clock = std::chrono::steady_clock;
  using Callback = std::function<void()>;

  virtual ~Timers() = default;
  [[nodiscard]] virtual Clock::time_point now() const = 0;
  // Calls back once, never from inside at(), unless the Alarm goes first.
  [[nodiscard]] virtual Alarm at(Clock::time_point when, Callback callback) = 0;

  [[nodiscard]] Alarm after(Clock::duration delay, Callback callback) {
    return at(now() + delay, std::move(callback));
  }
};

// Real time on an executor, which must outlive every Alarm.
class AsioTimers : public Timers {
 public:
  explicit AsioTimers(boost::asio::any_io_executor executor);
  [[nodiscard]] Clock::time_point now() const override;
  [[nodiscard]] Alarm at(Clock::time_point when, Callback callback) override;

 private:
  boost::asio::any_io_executor executor_;
};

}  // namespace berth
