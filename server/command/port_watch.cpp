#include "server/command/port_watch.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "registry/base/peer_check.h"
#include "server/listening.h"

namespace berth::server {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kSocket = "socket:[";

struct Sockets {
  std::set<std::uint64_t> inodes;
  bool hidden = false;  // of a process that lives, they cannot be read
};

void add_sockets(pid_t pid, Sockets& sockets) {
  std::error_code error;
  const fs::path directory = "/proc/" + std::to_string(pid) + "/fd";
  for (fs::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code unread;  // closed meanwhile
    const std::string link = fs::read_symlink(at->path(), unread).string();
    if (link.starts_with(kSocket))
      sockets.inodes.insert(std::strtoull(&link[kSocket.size()], nullptr, 10));
  }
  if (error == std::errc::permission_denied) sockets.hidden = true;
}

Sockets sockets_of(const std::vector<pid_t>& processes) {
  Sockets sockets;
  for (const pid_t pid : processes) add_sockets(pid, sockets);
  return sockets;
}

}  // namespace

PortState port_state(std::uint16_t port, const std::vector<pid_t>& group) {
  const auto listener = check_listener(port);
  if (listener.verdict == PeerVerdict::no_owner) return PortState::silent;
  // A kernel without sock_diag: the table has it, more slowly.
  std::uint64_t inode = listener.inode;
  if (listener.verdict == PeerVerdict::unknown) {
    const auto all = listening_sockets();
    const auto found =
        std::find_if(all.begin(), all.end(),
                     [&](const auto& socket) { return socket.port == port; });
    if (found == all.end()) return PortState::silent;
    inode = found->inode;
  }
  const Sockets sockets = sockets_of(group);
  if (sockets.inodes.contains(inode)) return PortState::served;
  const bool may_be_hidden =
      sockets.hidden && listener.verdict == PeerVerdict::own;
  return may_be_hidden ? PortState::served : PortState::taken;
}

std::string ports_of(const std::vector<pid_t>& group) {
  const Sockets sockets = sockets_of(group);
  std::set<std::uint16_t> ports;
  for (const auto& socket : listening_sockets())
    if (sockets.inodes.contains(socket.inode)) ports.insert(socket.port);
  std::string text;
  for (const auto port : ports)
    text += (text.empty() ? "" : ", ") + std::to_string(port);
  return text;
}

}  // namespace berth::server
