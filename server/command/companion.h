// Keeps a program of the user's company: gives it a port, waits until it
// listens there, publishes a record on its behalf, and ends with it. One
// thread.
//
// A program that publishes its own record claims its data directory before it
// does anything else (registry/README.md, Publishing). By that claim it is
// known: its record is waited for then, and none is published for it.
#pragma once

#include <optional>

#include "registry/claim.h"
#include "registry/registry.h"
#include "server/command/child.h"
#include "server/command/output.h"
#include "server/occupant.h"
#include "server/presence.h"
#include "server/settings.h"

namespace berth::server {

class Companion : public Occupant {
 public:
  // The program ended by itself, with this exit code (128 + signal where one
  // ended it); `how` for people. Its record, if it has one of ours, stands.
  using OnExit = std::function<void(int code, const std::string& how)>;

  // `settings.command` must be set, `claim` be taken beside. It is ready until
  // `deadline`, or start() fails. References must outlive it.
  Companion(asio::any_io_executor executor, Timers& timers,
            registry::Registry& registry, mdns::Mdns& mdns, Settings settings,
            registry::Claim& claim, Timers::Clock::time_point deadline,
            OnEnd on_end, OnExit on_exit);

  // Errc::failed: it ended first; timed_out: it does not listen at its port, or
  // publishes nothing. The hint has the last lines that it wrote.
  asio::awaitable<Result<registry::Record>> start(BoundPort port) override;
  // Nothing for a program with a record of its own: that is its own business.
  void publish_mdns() override;
  // SIGTERM to its process group, then, once it has ended, SIGKILL to what is
  // left of that. It has all the time that it takes: whoever waits for the end
  // of this process decides when to kill it, and its group dies with it. Only
  // where nobody does, because another owner has the name, it has 10 s.
  asio::awaitable<void> stop() override;
  void withdraw() override { presence_.withdraw(); }

 private:
  [[nodiscard]] Result<void> launch();
  asio::awaitable<void> forward_output();
  asio::awaitable<void> watch_child(ProcessHandle process);
  asio::awaitable<void> watch_record(std::string id);
  enum class Publishes { it, another, nothing };
  [[nodiscard]] Publishes what_it_publishes(const std::string& id);
  asio::awaitable<void> drain();
  asio::awaitable<Result<registry::Record>> wait_ready();
  [[nodiscard]] Result<std::optional<registry::Record>> ready_record();
  [[nodiscard]] bool serves();
  [[nodiscard]] bool accepts();
  [[nodiscard]] Result<std::optional<registry::Record>> publish();
  [[nodiscard]] registry::Record make_record() const;
  [[nodiscard]] Error died(int status) const;
  [[nodiscard]] Error too_late() const;
  // Its hint, which may be empty or end in "; ", goes on with the log's end.
  [[nodiscard]] Error with_last_lines(Error error) const;
  asio::awaitable<void> wait_end(std::optional<Timers::Clock::duration> limit);
  asio::awaitable<void> end_group(Timers::Clock::duration limit);

  asio::any_io_executor executor_;
  Timers& timers_;
  registry::Registry& registry_;
  Settings settings_;
  registry::Claim& claim_;
  Timers::Clock::time_point deadline_;
  OnExit on_exit_;
  Presence presence_;
  TaskGroup tasks_;
  BoundPort port_;
  UniqueFd knock_;  // see accepts()
  std::optional<Output> output_;
  std::optional<Child> child_;
  berth::Event drained_;  // all that it wrote was read
  berth::Event ended_;
  berth::Event record_changed_;
  bool ready_ = false;
  bool stopping_ = false;
  bool lost_ = false;  // another has the name
};

}  // namespace berth::server
