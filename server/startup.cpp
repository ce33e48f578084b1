#include "server/startup.h"

#include <pwd.h>

#include <chrono>
#include <thread>

#include "registry/record_reader.h"
#include "server/listening.h"

namespace berth::server {
namespace {

using namespace std::chrono_literals;

// A lock gives no notice without blocking in it; a winner needs some ten
// milliseconds from its claim to its record.
constexpr auto kClaimPoll = 5ms;

Error already_running(const registry::Record& record) {
  return {Errc::already_running,
          "already running: " + record.name + " (pid " +
              std::to_string(record.pid) + ", port " +
              std::to_string(record.endpoint.port) + ", since " +
              record.started_at + ")",
          "berth stop " + record.name};
}

std::string listening_user(std::uint16_t port) {
  for (const auto& socket : listening_sockets()) {
    if (socket.port != port) continue;
    const passwd* user = ::getpwuid(socket.uid);
    return "a program of " + (user ? std::string(user->pw_name)
                                   : "user " + std::to_string(socket.uid));
  }
  return "";
}

}  // namespace

Result<registry::Claim> wait_for_claim(const Settings& settings) {
  const auto end = std::chrono::steady_clock::now() + settings.claim_timeout;
  const auto file = settings.data / "lock";
  for (;;) {
    // Looked at without taking anything, so that many waiters do not get in
    // each other's way.
    auto taken = registry::Claim::is_taken(file);
    if (!taken) return taken.error();
    if (!*taken) {
      auto claim = settings.command ? registry::Claim::take_beside(file)
                                    : registry::Claim::take_whole(file);
      if (claim || claim.error().code != Errc::already_running) return claim;
    }
    auto entry = registry::read_record(settings.registry, settings.name);
    if (entry && entry->liveness == registry::Liveness::alive && entry->record)
      return already_running(*entry->record);
    if (std::chrono::steady_clock::now() >= end)
      return Error{Errc::timed_out,
                   "another process uses the profile and publishes no record "
                   "here: " +
                       settings.name,
                   "find it by its lock: lslocks | grep " + file.string()};
    std::this_thread::sleep_for(kClaimPoll);
  }
}

std::string port_holder(const std::filesystem::path& registry,
                        std::uint16_t port) {
  if (auto entries = registry::read_records(registry))
    for (const auto& entry : *entries)
      if (entry.liveness == registry::Liveness::alive && entry.record &&
          entry.record->endpoint.port == port)
        return entry.name;
  return listening_user(port);
}

}  // namespace berth::server
