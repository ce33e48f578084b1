// Starts instances as children of this process and tells how each ended. They
// are detached: they outlive it. One thread.
#pragma once

#include "launcher/instance_spawn.h"
#include "launcher/supervisor/starter.h"
#include "registry/base/async.h"

namespace berth::launcher {

class ProcessStarter : public Starter {
 public:
  // How a run that was ready ended, as describe_end() puts it.
  using Ended =
      std::function<void(const std::string& name, const std::string& how)>;

  // `timers` must outlive it. config.json is read anew for every start.
  ProcessStarter(asio::any_io_executor executor, Timers& timers, Paths paths,
                 Environment environment, Ended ended);

  // Done with Exit::timed_out when it is not ready in time; it goes on.
  void start(const std::string& name, Done done) override;

  // Forgets them all; none is touched. Before destruction.
  asio::awaitable<void> stop();

 private:
  asio::awaitable<void> run(std::string name, Done done);
  [[nodiscard]] Outcome<Spawned> spawn(const std::string& name) const;

  Timers& timers_;
  Paths paths_;
  Environment environment_;
  Ended ended_;
  TaskGroup tasks_;
};

}  // namespace berth::launcher
