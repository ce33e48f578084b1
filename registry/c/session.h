// One opened registry: its directory, the library's thread, and what lives on
// that thread. Any thread, but for what says otherwise.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "registry/c/border.h"
#include "registry/c/thread.h"

namespace berth::c {

// What lives on the thread until its registry is closed.
class Guest {
 public:
  virtual ~Guest() = default;
  // The registry is being closed. On the thread; not called again.
  virtual void end() = 0;
};

class Session {
 public:
  explicit Session(std::filesystem::path directory);

  [[nodiscard]] const std::filesystem::path& directory() const {
    return directory_;
  }

  // BERTH_FORKED: this is another process than the one that opened it. Its
  // thread is not here, and its mutexes may be locked for ever.
  [[nodiscard]] Outcome<void> check_process() const;

  // Runs `act`, which gives an Outcome, on the thread with its Registry, and
  // waits for it. The first call starts the thread. BERTH_CLOSED after close().
  template <class Act>
  [[nodiscard]] auto run(Act act)
      -> decltype(act(std::declval<registry::Registry&>())) {
    if (auto ok = check_process(); !ok) return ok.error();
    const std::lock_guard lock(mutex_);
    if (closed_) return closed();
    if (!thread_) thread_ = std::make_unique<Thread>(directory_);
    return thread_->run(std::move(act));
  }

  // On the thread, that is, from within run().
  void enter(Guest& guest) { guests_.insert(&guest); }
  void leave(Guest& guest) { guests_.erase(&guest); }

  // Ends all guests, and the thread.
  void close();

  [[nodiscard]] static Failure closed();

 private:
  const std::filesystem::path directory_;
  const pid_t opener_;
  std::mutex mutex_;
  bool closed_ = false;
  std::set<Guest*> guests_;
  std::unique_ptr<Thread> thread_;
};

}  // namespace berth::c
