// What --help prints; the launcher's man_page.cpp makes berth-instance(1) of it.
#pragma once

namespace berth::server {

inline constexpr const char* kHelp =
    R"(berth-instance - runs one wallet profile

Usage:
  berth-instance [--help | --version | --check-mnemonic]

Not for people: berth start, berth run and berthd run it. Its settings, a JSON
document, are read from file descriptor 3. When the instance listens and its
record is published, or when that failed, one line of JSON goes to descriptor 4.
It serves HTTP and WebSocket on a port of 127.0.0.1 until it is told to stop.

Options:
  -h, --help        print this, and end
  --version         print the version, and end
  --check-mnemonic  read a BIP-39 mnemonic from stdin; 0 where it is one, else 1

Signals:
  TERM, INT  stop: clients are told, the record is withdrawn; a second one at once
  HUP        open the log anew

Environment:
  NOTIFY_SOCKET  told when it is ready, and that it stops

Exit status:
  0  it was told to stop
  1  it cannot go on; the log says why
  2  wrong usage
  5  the profile runs already
  6  no free port in the range
  7  timed out

See also:
  berth(1), berthd(8), berth-registry(5)
)";

}  // namespace berth::server
