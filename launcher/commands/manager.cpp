#include "launcher/commands/commands.h"
#include "launcher/manager_record.h"
#include "launcher/service.h"

namespace berth::launcher {
namespace {

using namespace std::chrono_literals;

constexpr auto kStartLimit = 10s;
// It has nothing to finish but the connections of its gateway.
constexpr auto kStopLimit = 10s;

// Where the units are installed and systemd runs, berthd is its business.
bool is_service(const Context& context, const Config& config) {
  auto units = find_units(context.environment, config);
  return units && units->state() == Units::State::installed &&
         systemctl({"show", "--property=Version"}).has_value();
}

// Waits for one that somebody else starts.
Outcome<Running> wait_for_other(InstanceManager& manager) {
  auto ready =
      manager.wait(kManagerName, InstanceManager::Until::running, kStartLimit);
  if (!ready) return ready.error();
  auto alive = manager.find_alive(kManagerName);
  if (!alive) return alive.error();
  if (*alive && (*alive)->record) return running_of(**alive);
  return Error{Errc::failed, "ended at once: berthd",
               "see: berth logs @berthd, or journalctl --user -u berthd"};
}

}  // namespace

Outcome<std::optional<Starting>> begin_manager(const Config& config,
                                               Context& context) {
  InstanceManager manager(context.paths);
  auto alive = manager.find_alive(kManagerName);
  if (!alive) return alive.error();
  if (!*alive && is_service(context, config)) {
    auto asked = systemctl({"start", "--no-block", kSocketUnit, kServiceUnit});
    if (!asked) return asked.error();
    return std::optional<Starting>();
  }
  auto starting = manager.begin_manager();
  if (!starting) return starting.error();
  return std::optional(std::move(*starting));
}

Outcome<Running> ensure_manager(Context& context) {
  auto config = load_config(context.paths, context.environment);
  if (!config) return config.error();
  InstanceManager manager(context.paths);
  auto starting = begin_manager(*config, context);
  if (!starting) return starting.error();
  if (!*starting) return wait_for_other(manager);
  auto running = manager.finish_start(std::move(**starting));
  // Who has the lock has no record yet.
  if (!running && running.error().exit == Exit::already_running)
    return wait_for_other(manager);
  return running;
}

int up(Context& context) {
  const auto& console = context.console;
  auto running = ensure_manager(context);
  if (!running) return console.fail(running.error());
  console.line("berthd  " + std::to_string(running->port) + "  " +
               running->url);
  return 0;
}

int down(Context& context) {
  const auto& console = context.console;
  auto config = load_config(context.paths, context.environment);
  if (config && is_service(context, *config)) {
    // The socket as well: the next who knocks would start it again.
    auto stopped = systemctl({"stop", kSocketUnit, kServiceUnit});
    if (!stopped) return console.fail(stopped.error());
  }
  InstanceManager manager(context.paths);
  auto alive = manager.find_alive(kManagerName);
  if (!alive) return console.fail(alive.error());
  if (!*alive) return 0;
  auto stopping = manager.begin_stop(kManagerName, kStopLimit);
  if (!stopping) return console.fail(stopping.error());
  auto stopped = manager.finish_stop(std::move(*stopping));
  if (!stopped) return console.fail(stopped.error());
  console.progress("berthd stopped; what runs goes on");
  return 0;
}

}  // namespace berth::launcher
