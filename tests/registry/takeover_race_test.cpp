// The one moment that a takeover must survive: between opening a dead record
// and locking it, another process took it over. A system call filter stops the
// loser right there (seccomp_unotify(2)), so that nothing is left to luck.
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <csignal>
#include <cstddef>

#include "registry/record_publisher.h"
#include "tests/registry/support/records.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::registry;
using namespace std::chrono_literals;

namespace {

// From here on this process waits, whenever it takes a lock, for the listener.
int stop_at_locks() {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fcntl, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args) + 8),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, unsigned{F_OFD_SETLK}, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  sock_fprog program{std::size(filter), filter};
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return static_cast<int>(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                                    SECCOMP_FILTER_FLAG_NEW_LISTENER,
                                    &program));
}

// The id of the lock that the process now waits to take; 0: none for 10 s.
std::uint64_t next_lock(int listener) {
  pollfd item{listener, POLLIN, 0};
  seccomp_notif notice{};
  if (::poll(&item, 1, 10000) != 1 || (item.revents & POLLIN) == 0 ||
      ::ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notice) != 0)
    return 0;
  return notice.id;
}

bool go_on(int listener, std::uint64_t id) {
  seccomp_notif_resp answer{};
  answer.id = id;
  answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  return ::ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0;
}

}  // namespace

TEST_CASE("a record that was taken over a moment ago is not taken over again",
          "[publisher]") {
  test::TempDir home;
  test::write_dead_record(home.path(), "alice");
  int channel[2];
  REQUIRE(::pipe2(channel, O_CLOEXEC) == 0);
  const pid_t loser = ::fork();
  if (loser == 0) {
    const int fd = stop_at_locks();
    (void)!::write(channel[1], &fd, sizeof fd);
    const auto file =
        PublishedFile::publish(home.path(), test::sample_record("alice"), 5s);
    ::_exit(file ? 100 : static_cast<int>(file.error().code));
  }
  int number = -1;
  REQUIRE(::read(channel[0], &number, sizeof number) == sizeof number);
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, loser, 0)));
  const UniqueFd listener(
      static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), number, 0)));
  if (!listener) {
    ::kill(loser, SIGKILL);
    ::waitpid(loser, nullptr, 0);
    WARN("skipped: this system lets no test stop a system call");
    return;
  }
  const auto own_lock = next_lock(listener.get());
  CHECK(go_on(listener.get(), own_lock));
  const auto burial = next_lock(listener.get());
  REQUIRE(burial != 0);  // it has opened the dead record
  auto winner =
      PublishedFile::publish(home.path(), test::sample_record("alice"), 100ms);
  REQUIRE(winner);
  CHECK(go_on(listener.get(), burial));
  int status = 0;
  ::waitpid(loser, &status, 0);
  CHECK(WEXITSTATUS(status) == static_cast<int>(Errc::already_running));
  CHECK(winner->standing() == PublishedFile::Standing::good);
  ::close(channel[0]);
  ::close(channel[1]);
}
