#include "server/listening.h"

#include <cstdio>
#include <sstream>

#include "registry/base/files.h"

namespace berth::server {
namespace {

constexpr std::size_t kMaxTable = 16 << 20;
constexpr unsigned kListen = 0x0a;

// sl local_address rem_address st tx_queue:rx_queue tr:when retrnsmt uid
// timeout inode. The rx_queue of a listener is its backlog.
bool parse(const std::string& line, ListeningSocket& socket) {
  unsigned port = 0;
  unsigned state = 0;
  unsigned waiting = 0;
  unsigned uid = 0;
  unsigned long inode = 0;
  const int fields = std::sscanf(
      line.c_str(),
      " %*d: %*[0-9A-F]:%4X %*[0-9A-F]:%*4X %2X %*8X:%8X %*2X:%*8X %*8X %u "
      "%*u %lu",
      &port, &state, &waiting, &uid, &inode);
  if (fields != 5 || state != kListen) return false;
  socket = {static_cast<std::uint16_t>(port), uid, inode, waiting};
  return true;
}

}  // namespace

std::vector<ListeningSocket> listening_sockets() {
  std::vector<ListeningSocket> sockets;
  for (const char* file : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    auto table = read_file(file, kMaxTable);
    if (!table) continue;
    std::istringstream lines(*table);
    std::string line;
    ListeningSocket socket;
    while (std::getline(lines, line))
      if (parse(line, socket)) sockets.push_back(socket);
  }
  return sockets;
}

}  // namespace berth::server
