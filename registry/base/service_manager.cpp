#include "registry/base/service_manager.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace berth {
namespace {

// SD_LISTEN_FDS_START of sd_listen_fds(3).
constexpr int kFirstSocket = 3;

// A number in the environment that is meant for this process: PID_VARIABLE,
// where there must be one, names it.
long long number_for_us(const char* variable, const char* pid_variable) {
  const char* value = std::getenv(variable);
  const char* pid = std::getenv(pid_variable);
  if (value == nullptr || (pid != nullptr && std::atoll(pid) != ::getpid()))
    return 0;
  return std::atoll(value);
}

}  // namespace

Result<void> notify_service_manager(const std::string& state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr || (*path != '/' && *path != '@')) return {};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(path);
  if (length >= sizeof address.sun_path) return {};
  std::memcpy(address.sun_path, path, length);
  if (*path == '@') address.sun_path[0] = '\0';  // abstract, unix(7)
  UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  if (!fd || ::sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL,
                      reinterpret_cast<sockaddr*>(&address), size) < 0)
    return errno_error(errno,
                       "notify the service manager " + std::string(path));
  return {};
}

std::chrono::microseconds watchdog_interval() {
  return std::chrono::microseconds(
      std::max(0LL, number_for_us("WATCHDOG_USEC", "WATCHDOG_PID")));
}

std::vector<UniqueFd> take_listen_sockets() {
  std::vector<UniqueFd> sockets;
  // LISTEN_PID must be there: without it they may be another program's.
  const auto count = std::getenv("LISTEN_PID") == nullptr
                         ? 0
                         : number_for_us("LISTEN_FDS", "LISTEN_PID");
  for (int fd = kFirstSocket; fd < kFirstSocket + count; ++fd) {
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) break;  // there are not so many
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
    sockets.emplace_back(fd);
  }
  return sockets;
}

}  // namespace berth
