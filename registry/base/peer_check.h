// Whose program is at the far side of a loopback TCP connection? The kernel
// knows (Linux: sock_diag(7), NETLINK_SOCK_DIAG). Non-blocking, any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace berth {

enum class PeerVerdict {
  own,       // an established socket of our own effective uid
  foreign,   // an established socket of another uid
  no_owner,  // no established socket that a program holds: the far side has
             // gone, or, on a connection we dialled, has not accepted it yet.
             // The kernel shows such a socket as uid 0 with inode 0.
  unknown,   // the kernel does not answer; `reason` says why
};

struct PeerCheck {
  PeerVerdict verdict = PeerVerdict::unknown;
  uid_t uid = 0;            // meaningful for own and foreign
  std::uint32_t inode = 0;  // of the socket, as /proc/PID/fd names it
  std::string reason;       // for people; empty for own
};

// Looks up the far side's socket of the connected IPv4 TCP socket `fd`. After
// accept: let in only `own` (and `unknown`, where that is the policy). After
// connect: no_owner means to ask again once the far side has answered.
[[nodiscard]] PeerCheck check_peer(int fd);

// Whose socket listens at 127.0.0.1 and `port`; to be asked before connect,
// because what is not accepted yet has no owner. no_owner: nobody listens.
[[nodiscard]] PeerCheck check_listener(std::uint16_t port);

}  // namespace berth
