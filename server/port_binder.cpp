#include "server/port_binder.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace berth::server {
namespace {

// Connections that wait while the one thread is busy. The kernel caps it.
constexpr int kBacklog = 128;
// So many holders are named in a message, at most.
constexpr std::size_t kNamedHolders = 8;

// Ascending. 0 is in the standard's list too, but no port of ours.
constexpr std::array<std::uint16_t, 82> kRefused{
    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,
    25,   37,   42,   43,   53,   69,   77,   79,   87,   95,   101,  102,
    103,  104,  109,  110,  111,  113,  115,  117,  119,  123,  135,  137,
    139,  143,  161,  179,  389,  427,  465,  512,  513,  514,  515,  526,
    530,  531,  532,  540,  548,  554,  556,  563,  587,  601,  636,  989,
    990,  993,  995,  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
    6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080};

// EADDRINUSE may come from bind or, where two sockets bound at once, listen.
Result<BoundPort> try_port(std::uint16_t port) {
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
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address),
             sizeof address) != 0 ||
      ::listen(fd.get(), kBacklog) != 0) {
    const int err = errno;
    Error error = errno_error(err, "bind " + subject);
    if (err == EADDRINUSE) error.code = Errc::no_port;
    return error;
  }
  return BoundPort{std::move(fd), port};
}

// The last port, then the range without what others had, then the rest.
std::vector<std::uint16_t> candidates(const PortRequest& request) {
  if (request.fixed) return {*request.fixed};
  std::vector<std::uint16_t> ports;
  std::vector<std::uint16_t> others;
  const auto in_range = [&](std::uint16_t port) {
    return port >= request.first && port <= request.final;
  };
  if (request.last != 0 && in_range(request.last))
    ports.push_back(request.last);
  for (unsigned port = request.first; port <= request.final; ++port) {
    const auto number = static_cast<std::uint16_t>(port);
    if (number == request.last || is_refused_by_browsers(number)) continue;
    const bool avoided = std::find(request.avoid.begin(), request.avoid.end(),
                                   number) != request.avoid.end();
    (avoided ? others : ports).push_back(number);
  }
  ports.insert(ports.end(), others.begin(), others.end());
  return ports;
}

Error none_free(const PortRequest& request,
                const std::vector<std::uint16_t>& tried,
                const PortHolder& holder) {
  const bool one = request.fixed.has_value();
  std::string message =
      one ? "port is taken: " + std::to_string(*request.fixed)
          : "no free port: " + std::to_string(request.first) + "-" +
                std::to_string(request.final);
  std::vector<std::uint16_t> sorted = tried;
  std::sort(sorted.begin(), sorted.end());
  std::string held;
  std::size_t named = 0;
  for (std::uint16_t port : sorted) {
    const std::string who = holder(port);
    if (who.empty()) continue;
    if (named++ == kNamedHolders) {
      held += ", ...";
      break;
    }
    held += (held.empty() ? "" : ", ") + std::to_string(port) + " by " + who;
  }
  if (!held.empty()) message += " (held: " + held + ")";
  return {Errc::no_port, message,
          one ? "end what holds it, or choose another: --port N"
              : "stop an instance, or widen port_range in config.json"};
}

}  // namespace

bool is_refused_by_browsers(std::uint16_t port) {
  return std::binary_search(kRefused.begin(), kRefused.end(), port);
}

Result<BoundPort> bind_port(const PortRequest& request,
                            const PortHolder& holder) {
  const auto ports = candidates(request);
  for (std::uint16_t port : ports) {
    auto bound = try_port(port);
    if (bound || bound.error().code != Errc::no_port) return bound;
  }
  return none_free(request, ports, holder);
}

}  // namespace berth::server
