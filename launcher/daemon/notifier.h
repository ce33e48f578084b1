// Tells the user on the desktop that an instance asks something: freedesktop.org
// Desktop Notifications Specification 1.2, over the session's D-Bus. Where
// there is no such service nothing happens; nothing waits for it. One thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "registry/base/timers.h"

namespace berth::launcher {

class Notifier {
 public:
  // `timers` must outlive it.
  Notifier(boost::asio::any_io_executor executor, Timers& timers);
  ~Notifier();

  // `question` as an instance lists it. Who asks and for what kind of answer is
  // shown; not what is to be signed, which everybody near could read.
  void tell(const std::string& profile, const nlohmann::json& question);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace berth::launcher
