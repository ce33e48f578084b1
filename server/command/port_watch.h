// Whether a program listens at its port, by who has the socket: a stranger that
// was quicker is not taken for it. Blocking for reads of /proc; any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace berth::server {

enum class PortState {
  silent,  // nobody listens there
  served,  // one of the processes does
  taken,   // somebody else does
};

// `group`: the processes of the program. One that hides its descriptors from
// its user (prctl(2), PR_SET_DUMPABLE) has what none of the others has.
[[nodiscard]] PortState port_state(std::uint16_t port,
                                   const std::vector<pid_t>& group);

// The ports at which they listen, for messages: "9000, 9001", or "".
[[nodiscard]] std::string ports_of(const std::vector<pid_t>& group);

}  // namespace berth::server
