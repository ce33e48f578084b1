// The sockets that listen for TCP on this machine, whoever has them. Blocking
// for one read of /proc; any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace berth::server {

struct ListeningSocket {
  std::uint16_t port = 0;
  uid_t uid = 0;
  std::uint64_t inode = 0;  // as /proc/PID/fd names it
  unsigned waiting = 0;     // connections that nobody has accepted yet
};

// /proc/net/tcp and tcp6, as Documentation/networking/proc_net_tcp of the
// kernel describes them. What cannot be read is left out: for messages.
[[nodiscard]] std::vector<ListeningSocket> listening_sockets();

}  // namespace berth::server
