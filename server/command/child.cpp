#include "server/command/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "registry/base/files.h"
#include "registry/base/pipe.h"

namespace berth::server {
namespace {

// SD_LISTEN_FDS_START of sd_listen_fds(3).
constexpr int kSocketFd = 3;
constexpr std::size_t kMaxStat = 4096;

// A copy that no descriptor of the child's is put over.
UniqueFd lifted(int fd) {
  return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, kSocketFd + 1));
}

void reset_signals() {
  for (int number = 1; number < NSIG; ++number)
    ::signal(number, SIG_DFL);  // SIGKILL, SIGSTOP: cannot be set, and are so
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// What the child needs, made before the fork: after it, nothing is allocated.
struct Prepared {
  std::string program;
  std::vector<std::string> arguments;
  std::vector<std::string> variables;
  std::vector<char*> argv;
  std::vector<char*> envp;
  char* listen_pid = nullptr;  // where its own pid is to be written
  const char* directory = nullptr;
  UniqueFd null, output, socket, failure;
  pid_t parent = 0;
};

Result<Prepared> prepare(const ChildOptions& options, int failure) {
  Prepared made;
  made.program = options.program;
  made.arguments = options.argv;
  made.variables = options.environment;
  if (options.socket >= 0) {
    made.variables.emplace_back("LISTEN_FDS=1");
    made.variables.emplace_back("LISTEN_PID=          ");
  }
  made.argv = exec_pointers(made.arguments);
  made.envp = exec_pointers(made.variables);
  if (options.socket >= 0)
    made.listen_pid = made.variables.back().data() + std::strlen("LISTEN_PID=");
  made.directory = options.directory.c_str();
  made.null.reset(::open("/dev/null", O_RDWR | O_CLOEXEC));
  made.output = lifted(options.output);
  made.failure = lifted(failure);
  if (options.socket >= 0) made.socket = lifted(options.socket);
  // As systemd hands it over. Nobody here accepts from it.
  if (made.socket)
    ::fcntl(made.socket.get(), F_SETFL,
            ::fcntl(made.socket.get(), F_GETFL) & ~O_NONBLOCK);
  made.parent = ::getpid();
  if (!made.null || !made.output || !made.failure ||
      (options.socket >= 0 && !made.socket))
    return errno_error(errno, "prepare " + options.program);
  return made;
}

// In the child. Returns the errno of what failed.
int become(const Prepared& made) {
  ::setpgid(0, 0);
  // Dies with its parent; where that has died already, now.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != made.parent) ::_exit(1);
  reset_signals();
  ::dup2(made.null.get(), STDIN_FILENO);
  ::dup2(made.output.get(), STDOUT_FILENO);
  ::dup2(made.output.get(), STDERR_FILENO);
  ::close_range(kSocketFd, ~0U, CLOSE_RANGE_CLOEXEC);
  if (made.socket) {
    ::dup2(made.socket.get(), kSocketFd);
    char* end = made.listen_pid + 10;
    end = std::to_chars(made.listen_pid, end, ::getpid()).ptr;
    *end = '\0';
  }
  if (::chdir(made.directory) != 0) return errno;
  ::execve(made.program.c_str(), made.argv.data(), made.envp.data());
  return errno;
}

Result<pid_t> fork_program(const ChildOptions& options) {
  auto pipe = make_pipe();
  if (!pipe) return pipe.error();
  auto made = prepare(options, pipe->write.get());
  if (!made) return made.error();
  const pid_t pid = ::fork();
  if (pid < 0) return errno_error(errno, "start " + options.program);
  if (pid == 0) {
    const int err = become(*made);
    (void)!::write(made->failure.get(), &err, sizeof err);
    ::_exit(127);
  }
  ::setpgid(pid, pid);  // both do: whoever comes first
  pipe->write.reset();
  made->failure.reset();
  int err = 0;
  if (::read(pipe->read.get(), &err, sizeof err) != sizeof err) return pid;
  ::waitpid(pid, nullptr, 0);
  return errno_error(err, "run " + options.program);
}

// A process of the group whose only business is to kill the group when its
// parent is gone: the program itself would die (PR_SET_PDEATHSIG), what it had
// started would live on and keep the port. While it lives, the number of the
// group is nobody else's.
[[noreturn]] void be_guard(pid_t group, int lifeline) {
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  ::prctl(PR_SET_NAME, "berth-guard");
  ::setpgid(0, group);
  // The claim, the port and the record must not outlive the parent here.
  if (lifeline > 0) ::close_range(0, static_cast<unsigned>(lifeline) - 1, 0);
  ::close_range(static_cast<unsigned>(lifeline) + 1, ~0U, 0);
  char byte = 0;
  while (::read(lifeline, &byte, 1) < 0 && errno == EINTR) {
  }
  if (::getpgrp() == group) ::kill(0, SIGKILL);
  ::_exit(0);
}

struct Status {
  pid_t group = 0;
  bool lives = false;
};

// Fields 3 and 5 of /proc/PID/stat (proc(5)).
Status status_of(const std::string& pid) {
  auto text = read_file("/proc/" + pid + "/stat", kMaxStat);
  if (!text) return {};
  const auto name_end = text->rfind(')');
  char state = 0;
  int parent = 0;
  int group = 0;
  if (name_end == std::string::npos ||
      std::sscanf(text->c_str() + name_end + 1, " %c %d %d", &state, &parent,
                  &group) != 3)
    return {};
  return {group, state != 'Z' && state != 'X'};
}

}  // namespace

Result<Child> Child::start(const ChildOptions& options) {
  auto lifeline = make_pipe();
  if (!lifeline) return lifeline.error();
  auto pid = fork_program(options);
  if (!pid) return pid.error();
  const pid_t guard = ::fork();
  if (guard == 0) be_guard(*pid, lifeline->read.get());
  if (guard < 0) {
    const int err = errno;
    ::kill(-*pid, SIGKILL);
    return errno_error(err, "start the guard of " + options.program);
  }
  ::setpgid(guard, *pid);  // as above
  return Child(*pid, guard, std::move(lifeline->write));
}

std::optional<int> Child::status() const {
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(pid_), &info,
               WEXITED | WNOHANG | WNOWAIT) != 0 ||
      info.si_pid != pid_)
    return std::nullopt;
  // As waitpid(2) would have put it: see W_EXITCODE of <sys/wait.h>.
  return info.si_code == CLD_EXITED ? info.si_status << 8 : info.si_status;
}

void Child::signal_group(int number) const { ::kill(-pid_, number); }

std::vector<pid_t> Child::members() const {
  std::vector<pid_t> found;
  std::error_code error;
  for (std::filesystem::directory_iterator at("/proc", error), end;
       !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    const pid_t pid = std::atoi(name.c_str());
    if (pid <= 0 || pid == guard_) continue;
    const auto status = status_of(name);
    if (status.lives && status.group == pid_) found.push_back(pid);
  }
  return found;
}

}  // namespace berth::server
