#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "registry/base/files.h"
#include "registry/base/process.h"

namespace berth {
namespace {

struct FileActions {
  FileActions() { ::posix_spawn_file_actions_init(&actions); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  posix_spawn_file_actions_t actions{};
};

struct Attributes {
  Attributes() { ::posix_spawnattr_init(&attributes); }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  posix_spawnattr_t attributes{};
};

// Signals as a fresh program expects them: nothing blocked, nothing ignored.
void reset_signals(posix_spawnattr_t& attributes) {
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID |
                                              POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
}

// Puts the descriptors where the child wants them. They are first lifted out
// of the way, so that no dup2 overwrites one that is still to be moved; a
// lifted copy is close-on-exec and needs no closing.
int arrange_descriptors(const SpawnOptions& options, FileActions& file,
                        std::vector<UniqueFd>& lifted) {
  int highest = 2;
  for (const auto& wanted : options.descriptors)
    highest = std::max(highest, wanted.child);
  for (int fd = 0; fd <= 2; ++fd)
    ::posix_spawn_file_actions_addopen(&file.actions, fd, "/dev/null",
                                       fd == 0 ? O_RDONLY : O_WRONLY, 0);
  for (int fd = 3; fd <= highest; ++fd)
    ::posix_spawn_file_actions_addclose(&file.actions, fd);
  for (const auto& wanted : options.descriptors) {
    UniqueFd copy(::fcntl(wanted.own, F_DUPFD_CLOEXEC, highest + 1));
    if (!copy) return errno;
    ::posix_spawn_file_actions_adddup2(&file.actions, copy.get(), wanted.child);
    lifted.push_back(std::move(copy));
  }
  ::posix_spawn_file_actions_addclosefrom_np(&file.actions, highest + 1);
  ::posix_spawn_file_actions_addchdir_np(&file.actions, "/");
  return 0;
}

}  // namespace

std::uint64_t own_pid_namespace() {
  struct stat info {};
  return ::stat("/proc/self/ns/pid", &info) == 0 ? info.st_ino : 0;
}

std::optional<std::uint64_t> start_ticks_of(pid_t pid) {
  auto text = read_file("/proc/" + std::to_string(pid) + "/stat", 4096);
  if (!text) return std::nullopt;
  // Field 2, the program's name in parentheses, may hold spaces and ')'.
  std::size_t at = text->rfind(')');
  for (int field = 2; field < 22 && at != std::string::npos; ++field)
    at = text->find(' ', at + 1);
  if (at == std::string::npos) return std::nullopt;
  return std::strtoull(text->c_str() + at, nullptr, 10);
}

std::string describe_end(int status) {
  if (WIFEXITED(status)) return "exit " + std::to_string(WEXITSTATUS(status));
  const int number = WTERMSIG(status);
  return "signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
}

std::vector<char*> exec_pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (const auto& text : strings)
    out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

Result<pid_t> spawn_detached(const SpawnOptions& options) {
  FileActions file;
  Attributes attributes;
  std::vector<UniqueFd> lifted;
  if (const int err = arrange_descriptors(options, file, lifted); err != 0)
    return errno_error(err, "prepare " + options.argv[0]);
  reset_signals(attributes.attributes);
  auto argv = exec_pointers(options.argv);
  auto environment = exec_pointers(options.environment);
  pid_t pid = 0;
  const int err =
      ::posix_spawn(&pid, argv[0], &file.actions, &attributes.attributes,
                    argv.data(), environment.data());
  if (err != 0) return errno_error(err, "start " + options.argv[0]);
  return pid;
}

Result<ProcessHandle> ProcessHandle::open(pid_t pid) {
  UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (fd) return ProcessHandle(std::move(fd));
  const int err = errno;
  const std::string subject = "process " + std::to_string(pid);
  if (err == ESRCH)
    return Error{Errc::not_found, "no such process: " + subject};
  return errno_error(err, "open " + subject);
}

Result<void> ProcessHandle::signal(int number) const {
  if (::syscall(SYS_pidfd_send_signal, fd_.get(), number, nullptr, 0) == 0)
    return {};
  const int err = errno;
  if (err == ESRCH) return Error{Errc::not_found, "the process has ended"};
  return errno_error(err, "signal process");
}

bool ProcessHandle::wait(std::chrono::milliseconds limit) const {
  const auto end = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    pollfd item{fd_.get(), POLLIN, 0};
    const int ready =
        ::poll(&item, 1, static_cast<int>(std::max<long>(0, left.count())));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

}  // namespace berth
