// What --help prints; man_page.cpp makes berthd(8) of it.
#pragma once

namespace berth::launcher {

inline constexpr const char* kHelp =
    R"(berthd - restarts the wallet instances of a user, and serves their dashboard and picker

Usage:
  berthd [--help | --version]

One berthd serves a user. The first berth start starts it, berth up does, or the
user's systemd (berth service install). It starts again what crashed, as each
profile's "restart" says, starts the profiles with "autostart", asks each
instance for its health, tells of questions that wait by a desktop notification,
and serves the gateway on 127.0.0.1: the dashboard (berth ui) and the picker
that web pages open.

Nothing depends on it. It may be killed at any moment: what runs goes on, and the
next berthd does too. It runs in the foreground until it is told to stop.

Options:
  -h, --help  print this, and end
  --version   print the version, and end

Signals:
  TERM, INT  stop; a second one at once
  HUP        open the log anew

Environment:
  BERTH_HOME          where everything of this user lies, see berth(1)
  BERTH_GATEWAY_PORT  18765: the port of the gateway; where it is taken, the next
                      free one
  BERTH_LOG_LEVEL     debug, info, warn or error
  LISTEN_FDS          the gateway's socket, from systemd
  NOTIFY_SOCKET       told when it is ready, that it is well, and that it stops

Files:
  ~/.config/berth/config.json         settings
  ~/.local/state/berth/logs/@berthd.log  its log; under systemd, the journal

Exit status:
  0  it was told to stop
  1  it cannot start, or not go on; the log says why
  2  wrong usage
  5  one runs already

See also:
  berth(1), berth-instance(1), berth-registry(5)
)";

}  // namespace berth::launcher
