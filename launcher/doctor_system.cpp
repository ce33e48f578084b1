#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/inotify.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <set>

#include "launcher/config.h"
#include "launcher/doctor.h"
#include "registry/base/programs.h"
#include "registry/base/unique_fd.h"
#include "registry/record_reader.h"

namespace berth::launcher {
namespace {

using Level = Finding::Level;

// As an instance binds; 0 or errno.
int try_bind(std::uint16_t port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (!fd ||
      ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address),
             sizeof address) != 0)
    return errno;
  return 0;
}

std::set<std::uint16_t> own_ports(const Paths& paths) {
  std::set<std::uint16_t> ports;
  auto entries = registry::read_records(paths.registry);
  if (!entries) return ports;  // told by the directory's own check
  for (const auto& entry : *entries)
    if (entry.liveness == registry::Liveness::alive && entry.record)
      ports.insert(entry.record->endpoint.port);
  return ports;
}

// 0, or the errno with which the kernel refuses to say whose sockets are
// whose: sock_diag(7).
int ask_sock_diag() {
  UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!fd) return errno;
  struct {
    nlmsghdr header;
    inet_diag_req_v2 request;
  } message{};
  message.header.nlmsg_len = sizeof message;
  message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  message.request.sdiag_family = AF_INET;
  message.request.sdiag_protocol = IPPROTO_TCP;
  if (::send(fd.get(), &message, sizeof message, 0) < 0) return errno;
  alignas(nlmsghdr) char answer[8192];
  const ssize_t got = ::recv(fd.get(), answer, sizeof answer, 0);
  if (got < 0) return errno;
  nlmsghdr first{};
  std::memcpy(&first, answer, sizeof first);
  if (first.nlmsg_type != NLMSG_ERROR) return 0;
  nlmsgerr error{};
  std::memcpy(&error, answer + NLMSG_HDRLEN, sizeof error);
  return -error.error;
}

}  // namespace

void examine_ports(const Paths& paths, const Environment& environment,
                   Findings& findings) {
  auto config = load_config(paths, environment);
  if (!config) return;  // told by the config's own check
  const auto own = own_ports(paths);
  const PortRange range = config->port_range.value;
  int free = 0;
  int ours = 0;
  for (unsigned port = range.first; port <= range.last; ++port) {
    const auto number = static_cast<std::uint16_t>(port);
    if (own.contains(number)) {
      ++ours;
    } else if (const int err = try_bind(number); err == 0) {
      ++free;
    } else {
      findings.push_back({Level::note, "port", std::to_string(port),
                          err == EADDRINUSE
                              ? "taken by a program that is not Berth's"
                              : std::strerror(err),
                          ""});
    }
  }
  const bool full = free == 0 && ours == 0;
  findings.push_back({full ? Level::problem : Level::ok, "port range",
                      to_string(range),
                      std::to_string(free) + " free, " + std::to_string(ours) +
                          " held by instances",
                      full ? "set another port_range in config.json" : ""});
}

void examine_system(Findings& findings) {
  for (const char* name : {"berth-instance", "berth-talk"}) {
    auto program = program_beside(name);
    findings.push_back({program ? Level::ok : Level::problem, "program", name,
                        program ? program->string() : program.error().message,
                        program ? "" : "install Berth again"});
  }
  UniqueFd notices(::inotify_init1(IN_CLOEXEC));
  findings.push_back(
      {notices ? Level::ok : Level::problem, "inotify", "one more instance",
       notices ? "available" : std::strerror(errno),
       notices ? "" : "raise the sysctl fs.inotify.max_user_instances"});
  const int refused = ask_sock_diag();
  findings.push_back({refused == 0 ? Level::ok : Level::problem, "sock_diag",
                      "whose sockets are whose",
                      refused == 0 ? "available" : std::strerror(refused),
                      refused == 0
                          ? ""
                          : "load the kernel module tcp_diag; without it other "
                            "users' connections are not told apart"});
}

}  // namespace berth::launcher
