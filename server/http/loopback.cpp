#include "server/http/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace berth::http {
namespace {

// Connections that wait while the one thread is busy. The kernel caps it.
constexpr int kBacklog = 128;

// Ascending. 0 is in the standard's list too, but no port of ours.
constexpr std::array<std::uint16_t, 82> kRefused{
    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,
    25,   37,   42,   43,   53,   69,   77,   79,   87,   95,   101,  102,
    103,  104,  109,  110,  111,  113,  115,  117,  119,  123,  135,  137,
    139,  143,  161,  179,  389,  427,  465,  512,  513,  514,  515,  526,
    530,  531,  532,  540,  548,  554,  556,  563,  587,  601,  636,  989,
    990,  993,  995,  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
    6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080};

Error bind_error(int err, const std::string& subject) {
  Error error = errno_error(err, "bind " + subject);
  if (err == EADDRINUSE) error.code = Errc::no_port;
  return error;
}

}  // namespace

Result<UniqueFd> bind_to_loopback(std::uint16_t port) {
  const std::string subject = "port " + std::to_string(port);
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return errno_error(errno, "open socket for " + subject);
  const int on = 1;
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
    return errno_error(errno, "prepare " + subject);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) !=
      0)
    return bind_error(errno, subject);
  return fd;
}

// EADDRINUSE may come from bind or, where two sockets bound at once, listen.
Result<UniqueFd> listen_on_loopback(std::uint16_t port) {
  auto fd = bind_to_loopback(port);
  if (fd && ::listen(fd->get(), kBacklog) != 0)
    return bind_error(errno, "port " + std::to_string(port));
  return fd;
}

// Bound, it does not listen. Without SO_REUSEADDR, which would let others that
// have it bind there too, and listen.
Result<UniqueFd> reserve_ipv6_loopback(std::uint16_t port) {
  const std::string subject = "port " + std::to_string(port) + " of ::1";
  UniqueFd fd(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd && errno == EAFNOSUPPORT) return UniqueFd();
  if (!fd) return errno_error(errno, "open socket for " + subject);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  address.sin6_addr = in6addr_loopback;
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) ==
      0)
    return fd;
  const int err = errno;
  if (err == EADDRNOTAVAIL) return UniqueFd();
  return bind_error(err, subject);
}

bool is_refused_by_browsers(std::uint16_t port) {
  return std::binary_search(kRefused.begin(), kRefused.end(), port);
}

}  // namespace berth::http
