// That something has changed, for who waits for it. One thread.
#pragma once

#include <cstdint>
#include <set>

#include "registry/base/async.h"

namespace berth {

// Must outlive who waits.
class Changes {
 public:
  Changes();
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  // Another one after each change. Begins at random, so that one that somebody
  // remembers of an earlier run is not the present one; below 2^53, for
  // JavaScript.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }

  // Something has changed.
  void bump();

  // Returns when revision() is another than `seen`, at once where it is; also
  // when it is cancelled, and at stop().
  asio::awaitable<void> after(std::uint64_t seen);

  // Nothing is worth waiting for any more.
  void stop();
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  void wake();

  std::uint64_t revision_ = 0;
  bool stopped_ = false;
  std::set<Event*> waiting_;
};

}  // namespace berth
