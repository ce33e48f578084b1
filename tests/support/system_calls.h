// Runs an operation in a process of its own that is stopped before each of its
// system calls, to let it go on, fail or die right there (seccomp_unotify(2)).
// So what happens between two calls is the test's choice and nobody's luck.
#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth::test {

struct SystemCall {
  int index;   // from 1, within the operation
  int number;  // SYS_...
  std::array<std::uint64_t, 6> arguments;
};

// What is to become of a call: it is made, the process is killed before it, or
// (an errno) it is not made and fails.
inline constexpr int kGoOn = 0;
inline constexpr int kKill = -1;
using OnCall = std::function<int(const SystemCall&)>;

// How an operation ended.
struct Ended {
  bool killed = false;
  Result<void> result;  // where it was not
  int calls = 0;
  int descriptors = 0;  // how many more are open than before
};

// Calls that are never stopped at: memory is the allocator's, random numbers
// never fail, and the rest is this test's own.
inline constexpr std::array kNotStoppedAt{
    SYS_mmap,   SYS_munmap,    SYS_mremap,    SYS_mprotect, SYS_madvise,
    SYS_brk,    SYS_getrandom, SYS_futex,     SYS_sendto,   SYS_recvfrom,
    SYS_getpid, SYS_gettid,    SYS_exit_group};

class StoppedProcess {
 public:
  using Operation = std::function<Result<void>()>;

  // Both run in the new process: `prepare` freely, what it returns stopped.
  explicit StoppedProcess(const std::function<Operation()>& prepare) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
      throw std::runtime_error("no socket pair");
    channel_.reset(ends[0]);
    UniqueFd theirs(ends[1]);
    pid_ = ::fork();
    if (pid_ == 0) live(theirs.get(), prepare);
    theirs.reset();
    const std::string number = hear();
    if (number.empty()) throw std::runtime_error("cannot prepare");
    const UniqueFd process(
        static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    listener_.reset(static_cast<int>(
        ::syscall(SYS_pidfd_getfd, process.get(), std::stoi(number), 0)));
  }
  StoppedProcess(const StoppedProcess&) = delete;
  StoppedProcess& operator=(const StoppedProcess&) = delete;
  ~StoppedProcess() { kill_hard(); }

  // False: this system lets no test stop a system call.
  [[nodiscard]] bool allowed() const { return bool(listener_); }

  // Runs the operation. The process lives on, and holds what it holds.
  Ended run(const OnCall& on_call) {
    Ended ended;
    const int before = descriptors();
    (void)!::send(channel_.get(), "go", 2, MSG_NOSIGNAL);
    std::array<pollfd, 2> items{
        {{listener_.get(), POLLIN, 0}, {channel_.get(), POLLIN, 0}}};
    for (;;) {
      if (::poll(items.data(), items.size(), 10000) <= 0)
        throw std::runtime_error("the operation takes too long");
      if (items[1].revents != 0) break;
      answer(++ended.calls, on_call);
    }
    const std::string said = hear();
    ended.killed = said.empty();
    ended.result = parse(said);
    if (ended.killed) kill_hard();
    ended.descriptors = ended.killed ? 0 : descriptors() - before;
    return ended;
  }

  void kill_hard() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, 0), nullptr, 0);
  }

 private:
  [[noreturn]] static void live(int channel,
                                const std::function<Operation()>& prepare) {
    const auto operation = prepare();
    const std::string number = std::to_string(stop_at_calls());
    char go[2];
    (void)!::send(channel, number.data(), number.size(), MSG_NOSIGNAL);
    (void)!::recv(channel, go, sizeof go, 0);
    const auto result = operation();
    std::string said = "ok";
    if (!result)
      said = std::to_string(static_cast<int>(result.error().code)) + " " +
             result.error().message;
    (void)!::send(channel, said.data(), said.size(), MSG_NOSIGNAL);
    (void)!::recv(channel, go, sizeof go, 0);
    ::_exit(0);
  }

  // From here on this process waits, before every call, for the listener.
  static int stop_at_calls() {
    std::vector<sock_filter> filter{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
    auto left = static_cast<unsigned char>(kNotStoppedAt.size());
    for (const auto number : kNotStoppedAt)
      filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                static_cast<unsigned>(number), left--, 0));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    sock_fprog program{static_cast<unsigned short>(filter.size()),
                       filter.data()};
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return static_cast<int>(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                                      SECCOMP_FILTER_FLAG_NEW_LISTENER,
                                      &program));
  }

  void answer(int index, const OnCall& on_call) {
    seccomp_notif notice{};
    if (::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_RECV, &notice) != 0)
      return;  // it died meanwhile; the channel tells
    SystemCall call{index, notice.data.nr, {}};
    std::copy(std::begin(notice.data.args), std::end(notice.data.args),
              call.arguments.begin());
    const int verdict = on_call(call);
    if (verdict == kKill) return kill_hard();
    seccomp_notif_resp response{};
    response.id = notice.id;
    if (verdict == kGoOn)
      response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    else
      response.error = -verdict;
    (void)::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_SEND, &response);
  }

  // "" where the process is gone.
  std::string hear() {
    std::array<char, 4096> text{};
    const ssize_t got = ::recv(channel_.get(), text.data(), text.size(), 0);
    return got <= 0 ? "" : std::string(text.data(), static_cast<size_t>(got));
  }

  static Result<void> parse(const std::string& said) {
    if (said.empty() || said == "ok") return {};
    const auto space = said.find(' ');
    return Error{static_cast<Errc>(std::stoi(said.substr(0, space))),
                 said.substr(space + 1)};
  }

  int descriptors() const {
    using Iterator = std::filesystem::directory_iterator;
    const Iterator open("/proc/" + std::to_string(pid_) + "/fd");
    return static_cast<int>(std::distance(begin(open), end(open)));
  }

  pid_t pid_ = 0;
  UniqueFd channel_;
  UniqueFd listener_;
};

}  // namespace berth::test
