#include "launcher/commands/commands.h"

namespace berth::launcher {

int exit_codes(Context& context) {
  context.console.write(
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
)");
  return 0;
}

}  // namespace berth::launcher
