#include "launcher/commands/commands.h"
#include "launcher/commands/each.h"
#include "launcher/listing.h"
#include "launcher/profile_store.h"

namespace berth::launcher {
namespace {

using namespace std::chrono_literals;

const char* in_words(Stopped stopped) {
  switch (stopped) {
    case Stopped::gracefully:
      return "stopped";
    case Stopped::by_force:
      return "killed";
    case Stopped::before:
      return "was not running";
    case Stopped::crashed_before:
      return "was not running, it had crashed";
  }
  return "stopped";
}

Outcome<std::vector<std::string>> all_running(const Context& context) {
  auto instances = list_instances(context.paths, Which::active);
  if (!instances) return instances.error();
  std::vector<std::string> names;
  for (const auto& instance : *instances)
    if (is_alive(instance) || instance.status == Status::starting)
      names.push_back(instance.name);
  return names;
}

// The names that were stopped, or were so before.
std::vector<std::string> stop_each(const std::vector<std::string>& names,
                                   const StopOptions& options, Each& each,
                                   Context& context) {
  InstanceManager manager(context.paths);
  std::vector<Stopping> begun;
  for (const auto& name : names) {
    auto stopping =
        manager.begin_stop(name, options.force ? 0ms : options.timeout);
    if (!each.check(stopping)) continue;
    if (stopping->process) context.console.progress("stopping " + name);
    begun.push_back(std::move(*stopping));
  }
  std::vector<std::string> done;
  for (auto& stopping : begun) {
    const std::string name = stopping.name;
    auto stopped = manager.finish_stop(std::move(stopping));
    if (!each.check(stopped)) continue;
    done.push_back(name);
    context.console.progress(name + ": " + in_words(*stopped));
  }
  return done;
}

}  // namespace

int stop(const StopOptions& options, Context& context) {
  Each each(context.console);
  Outcome<std::vector<std::string>> names =
      options.which.all ? all_running(context)
                        : each.valid(options.which.names);
  if (each.check(names)) stop_each(*names, options, each, context);
  return each.code();
}

int restart(const StopOptions& options, Context& context) {
  Each each(context.console);
  // What could not be started again is not stopped.
  std::vector<std::string> startable;
  for (const auto& name : each.valid(options.which.names)) {
    auto profile = ProfileStore(context.paths).load(name);
    if (each.check(profile)) startable.push_back(name);
  }
  const auto stopped = stop_each(startable, options, each, context);
  StartOptions again;
  again.which.names = stopped;
  again.timeout = options.timeout;
  const int started = start(again, context);
  return each.code() != 0 ? each.code() : started;
}

}  // namespace berth::launcher
