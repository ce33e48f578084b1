#include "server/port_binder.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "registry/base/files.h"
#include "registry/lock_file.h"
#include "server/http/loopback.h"

namespace berth::server {
namespace {

// So many holders are named in a message, at most.
constexpr std::size_t kNamedHolders = 8;

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
    if (number == request.last || http::is_refused_by_browsers(number))
      continue;
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
  std::string message = one ? "port is taken: " + std::to_string(*request.fixed)
                            : "no free port: " + std::to_string(request.first) +
                                  "-" + std::to_string(request.final);
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

Result<UniqueFd> open_locks(const std::filesystem::path& file) {
  if (auto made = make_private_directory(file.parent_path()); !made)
    return made.error();
  UniqueFd fd(::open(file.c_str(),
                     O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                     0600));
  if (!fd) return errno_error(errno, "open port locks " + file.string());
  return fd;
}

}  // namespace

Result<BoundPort> bind_port(const PortRequest& request, PortUse use,
                            const PortHolder& holder) {
  const auto ports = candidates(request);
  auto locks = open_locks(request.locks);
  if (!locks) return locks.error();
  for (std::uint16_t port : ports) {
    auto locked =
        registry::try_lock(locks->get(), port, request.locks.string());
    if (!locked) return locked.error();
    if (!*locked) continue;
    auto listener = use == PortUse::listen ? http::listen_on_loopback(port)
                                           : http::bind_to_loopback(port);
    if (listener)
      return BoundPort{std::move(*listener), port, std::move(*locks)};
    if (listener.error().code != Errc::no_port) return listener.error();
    registry::unlock(locks->get(), port);
  }
  return none_free(request, ports, holder);
}

}  // namespace berth::server
