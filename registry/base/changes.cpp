#include "registry/base/changes.h"

#include <array>

#include "registry/base/random.h"

namespace berth {
namespace {

// In the list for as long as it lives.
class Waiting {
 public:
  Waiting(std::set<Event*>& all, Event& event) : all_(all), event_(event) {
    all_.insert(&event_);
  }
  Waiting(const Waiting&) = delete;
  ~Waiting() { all_.erase(&event_); }

 private:
  std::set<Event*>& all_;
  Event& event_;
};

}  // namespace

Changes::Changes() {
  std::array<std::uint8_t, 6> bytes{};
  fill_random(bytes);
  for (const auto byte : bytes) revision_ = revision_ << 8 | byte;
}

void Changes::bump() {
  ++revision_;
  wake();
}

void Changes::stop() {
  stopped_ = true;
  wake();
}

void Changes::wake() {
  for (auto* event : waiting_) event->set();
}

asio::awaitable<void> Changes::after(std::uint64_t seen) {
  if (stopped_ || revision_ != seen) co_return;
  const auto executor = co_await asio::this_coro::executor;
  Event changed(executor);
  const Waiting listed(waiting_, changed);
  co_await changed.wait();
}

}  // namespace berth
