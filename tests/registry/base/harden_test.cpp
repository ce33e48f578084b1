#include "registry/base/harden.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/support/catch.h"

namespace {

// What it must be, one bit each.
int faults_of_this_process() {
  rlimit core{1, 1};
  ::getrlimit(RLIMIT_CORE, &core);
  struct sigaction pipe {};
  ::sigaction(SIGPIPE, nullptr, &pipe);
  return (core.rlim_cur == 0 && core.rlim_max == 0 ? 0 : 1) |
         (::prctl(PR_GET_DUMPABLE) == 0 ? 0 : 2) | (::umask(0) == 077 ? 0 : 4) |
         (pipe.sa_handler == SIG_IGN ? 0 : 8);
}

}  // namespace

TEST_CASE(
    "a process with secrets leaves no core and lets no other look into it",
    "[process]") {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit some{1 << 20, 1 << 20};
    ::setrlimit(RLIMIT_CORE, &some);
    ::prctl(PR_SET_DUMPABLE, 1);
    ::umask(022);
    std::signal(SIGPIPE, SIG_DFL);
    berth::harden_process();
    ::_exit(faults_of_this_process());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
