#include "launcher/help_topics.h"

namespace berth::launcher {
namespace {

constexpr HelpTopic kTopics[] = {
    {"exit-codes", "Exit status",
     R"(0    done
1    failed, for a reason the message gives
2    wrong usage
3    no such running instance
4    no such profile
5    already running: run, rename or remove of a profile that runs
6    no free port in the range
7    timed out
125  exec: berth itself failed
127  exec: no such command

With several names each is tried, each failure is printed, and the exit code is
that of the first failure. To stop what is stopped, and to start what runs, is
no failure. exec passes on the exit code of its command.
)"},
    {"environment", "Environment",
     R"(BERTH_NAME          the default of commands that take one NAME
BERTH_HOME          a directory for everything, in place of those below HOME;
                    two homes do not see each other's instances
BERTH_REGISTRY      the directory of the registry, in place of the one there
BERTH_PORT_RANGE    8766-8800: where instances get their ports
BERTH_GATEWAY_PORT  18765: the port of berthd
BERTH_BERTHD        auto or off: whether berth start starts berthd as well
BERTH_MDNS          local or off
BERTH_PEER_CHECK    on or off: whether other users' connections are closed
BERTH_LOG_LEVEL     debug, info, warn or error
NO_COLOR            no color on a terminal
XDG_CONFIG_HOME     in place of ~/.config
XDG_DATA_HOME       in place of ~/.local/share
XDG_STATE_HOME      in place of ~/.local/state

The command line goes before the profile, that before the environment, and that
before config.json. berth doctor shows where each setting came from.
)"},
    {"limits", "Limits",
     R"("limits" in config.json is an object of numbers for instances, from their next
start on. Those that say how often somebody may ask:

origin_messages_per_second      100: requests of one web origin, in the long run,
origin_messages_burst           200: and at once; berthd counts them too
connection_messages_per_second  0 (no limit): requests of one connection, also of
connection_messages_burst       200  programs of your own
sensitive_per_second            1: signatures, transactions and other questions
sensitive_burst                 5    that one web origin may put to you
sensitive_per_minute            10
sensitive_per_hour              100
approvals                       10: questions that wait at once

Who asks more is told when to try again. The others, of sizes and times, are in
the README of the folder server.
)"},
    {"files", "Files",
     R"(~/.config/berth/config.json          settings
~/.config/berth/profiles/NAME.json   a profile
~/.local/share/berth/NAME/           its keys and data
~/.local/state/berth/NAME.json       what it needs across runs
~/.local/state/berth/logs/NAME.log   its log
~/.local/state/berth/run/instances/  the registry: who runs

All of them are private to the user. With BERTH_HOME they are in its directories
config, data, state and run.
)"},
};

}  // namespace

std::span<const HelpTopic> help_topics() { return kTopics; }

}  // namespace berth::launcher
