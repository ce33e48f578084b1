#include "registry/base/timers.h"

#include <boost/asio/steady_timer.hpp>

namespace berth {
namespace {

// The flag is shared with the handler: a timer that has expired already can
// no longer be cancelled, its handler is on its way.
struct AsioPending : Alarm::Pending {
  AsioPending(const boost::asio::any_io_executor& executor,
              Timers::Clock::time_point when)
      : timer(executor, when) {}
  ~AsioPending() override { *cancelled = true; }

  boost::asio::steady_timer timer;
  std::shared_ptr<bool> cancelled = std::make_shared<bool>(false);
};

}  // namespace

AsioTimers::AsioTimers(boost::asio::any_io_executor executor)
    : executor_(std::move(executor)) {}

Timers::Clock::time_point AsioTimers::now() const { return Clock::now(); }

Alarm AsioTimers::at(Clock::time_point when, Callback callback) {
  auto pending = std::make_unique<AsioPending>(executor_, when);
  pending->timer.async_wait(
      [cancelled = pending->cancelled,
       callback = std::move(callback)](boost::system::error_code error) {
        if (!error && !*cancelled) callback();
      });
  return Alarm(std::move(pending));
}

}  // namespace berth
