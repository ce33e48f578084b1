#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "launcher/instance_manager.h"
#include "launcher/manager_record.h"
#include "launcher/profile_store.h"
#include "registry/base/timers.h"
#include "registry/file_registry.h"
#include "registry/record_reader.h"

namespace berth::launcher {
namespace {

namespace asio = boost::asio;

Failure too_late(const std::string& name, InstanceManager::Until until) {
  const bool running = until == InstanceManager::Until::running;
  return Error{
      Errc::timed_out,
      (running ? "not running in time: " : "still running: ") + name,
      (running ? "start it: berth start " : "stop it: berth stop ") + name};
}

}  // namespace

Outcome<void> InstanceManager::wait(const std::string& name, Until until,
                                    std::chrono::milliseconds timeout) {
  auto present = registry::read_record(paths_.registry, name);
  if (!present && present.error().code == Errc::not_found &&
      name != kManagerName && !ProfileStore(paths_).exists(name))
    return ProfileStore(paths_).load(name).error();

  asio::io_context io;
  AsioTimers timers(io.get_executor());
  registry::FileRegistry registry(paths_.registry, io.get_executor(), timers);
  Outcome<void> outcome = too_late(name, until);
  // Any event is a reason to look; what counts is what is there now.
  const auto look = [&] {
    auto alive = find_alive(name);
    if (alive && alive->has_value() != (until == Until::running)) return;
    outcome = alive ? Outcome<void>() : Outcome<void>(alive.error());
    io.stop();
  };
  auto watch = registry.watch([&](const registry::Event&) { look(); });
  if (!watch) return watch.error();
  // After the watch is in place, so that nothing falls in between.
  asio::post(io, look);
  const Alarm alarm = timers.after(timeout, [&] { io.stop(); });
  io.run();
  return outcome;
}

}  // namespace berth::launcher
