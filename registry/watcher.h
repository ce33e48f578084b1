// Notices of the kernel about files, on an executor. One thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "registry/base/result.h"

namespace berth::registry {

class Watcher {
 public:
  // inotify(7): `mask` has the IN_ bits, `name` the file in a watched
  // directory, empty for the watched thing itself.
  struct Notice {
    std::uint32_t mask = 0;
    std::string name;
  };
  using Handler = std::function<void(const Notice&)>;

  // Errc::unavailable: the system has no more of them for this user (128 by
  // default); fall back to looking every second.
  // The handler may destroy the Watcher.
  [[nodiscard]] static Result<std::unique_ptr<Watcher>> open(
      boost::asio::any_io_executor executor, Handler handler);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  struct Target {
    std::string path;
    std::uint32_t mask = 0;
  };
  // Watches these instead of what was watched before. What stays the same is
  // watched without a gap. On failure destroy the Watcher.
  [[nodiscard]] Result<void> watch(const std::vector<Target>& targets);

 private:
  struct Impl;
  explicit Watcher(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace berth::registry
