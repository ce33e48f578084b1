#include "server/startup.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "registry/base/files.h"
#include "registry/base/log.h"
#include "registry/base/text.h"
#include "registry/record_reader.h"

namespace berth::server {
namespace {

using namespace std::chrono_literals;

constexpr int kReadyFd = 4;
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

int exit_code_of(Errc code) {
  switch (code) {
    case Errc::already_running:
      return 5;
    case Errc::no_port:
      return 6;
    case Errc::timed_out:
      return 7;
    default:
      return 1;
  }
}

// Owner of a listening socket at 127.0.0.1 or any address, from /proc/net/tcp.
std::string listening_user(std::uint16_t port) {
  auto table = read_file("/proc/net/tcp", 16 << 20);
  if (!table) return "";
  std::istringstream lines(*table);
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    unsigned local_port = 0, state = 0, uid = 0;
    const int fields =
        std::sscanf(line.c_str(),
                    " %*d: %*8X:%4X %*8X:%*4X %2X %*8X:%*8X %*2X:%*8X %*8X %u",
                    &local_port, &state, &uid);
    constexpr unsigned kListen = 0x0a;
    if (fields != 3 || local_port != port || state != kListen) continue;
    const passwd* user = ::getpwuid(uid);
    return "a program of " +
           (user ? std::string(user->pw_name) : "user " + std::to_string(uid));
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
      auto claim = registry::Claim::take(file);
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

ReadyPipe::ReadyPipe() : piped_(::fcntl(kReadyFd, F_GETFD) >= 0) {
  if (piped_) ::fcntl(kReadyFd, F_SETFD, FD_CLOEXEC);
}

void ReadyPipe::send(const std::string& line) {
  // The launcher may have gone (Ctrl-C): nobody waits for the line then.
  (void)write_all(kReadyFd, line + "\n", "ready pipe");
  ::close(kReadyFd);
  piped_ = false;
}

void ReadyPipe::ready(const registry::Record& record) {
  const std::string at = record.endpoint.host + ":" +
                         std::to_string(record.endpoint.port);
  if (!piped_) {
    std::printf("%s is ready: http://%s\n", record.name.c_str(), at.c_str());
    std::fflush(stdout);
    return;
  }
  const nlohmann::json line{{"ready",
                             {{"name", record.name},
                              {"id", record.id},
                              {"pid", record.pid},
                              {"port", record.endpoint.port},
                              {"url", "http://" + at},
                              {"ws_url", "ws://" + at}}}};
  send(line.dump());
}

int ReadyPipe::failed(const Error& error) {
  const int code = exit_code_of(error.code);
  if (!piped_) {
    std::fprintf(stderr, "berth: %s\n", visible(error.message).c_str());
    if (!error.hint.empty())
      std::fprintf(stderr, "%s\n", visible(error.hint).c_str());
    return code;
  }
  const nlohmann::json line{{"error",
                             {{"exit", code},
                              {"message", error.message},
                              {"hint", error.hint}}}};
  // A message may quote bytes that are no UTF-8.
  send(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  return code;
}

void notify_service_manager(const std::string& state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr || (*path != '/' && *path != '@')) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(path);
  if (length >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, path, length);
  if (*path == '@') address.sun_path[0] = '\0';  // abstract, unix(7)
  UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  if (!fd || ::sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL,
                      reinterpret_cast<sockaddr*>(&address), size) < 0)
    log::warn("cannot notify the service manager: " + std::string(path));
}

}  // namespace berth::server
