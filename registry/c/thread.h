// The library's own thread: it keeps records healed and watches going while
// the caller's threads sleep.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <thread>
#include <utility>

#include "registry/base/timers.h"
#include "registry/file_registry.h"

namespace berth::c {

class Thread {
 public:
  explicit Thread(const std::filesystem::path& directory);
  // What was made on it must be gone by then.
  ~Thread();
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  // Runs `act` on it, and waits for what it gives or throws. Not from itself.
  template <class Act>
  auto run(Act act) {
    auto task = [this, &act] { return act(files_); };
    return boost::asio::post(io_, boost::asio::use_future(std::move(task)))
        .get();
  }

 private:
  void loop();

  boost::asio::io_context io_{1};
  AsioTimers timers_{io_.get_executor()};
  registry::FileRegistry files_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
      work_ = boost::asio::make_work_guard(io_);
  std::thread thread_;
};

}  // namespace berth::c
