// Eight processes contend for one name while they are killed again and again:
//
//   contenders DIRECTORY KILLS
//
// Each owner proves that it is alone by a second lock on a file of its own
// kind. Prints `kills=N doubled=N stuck=N` and the times of takeovers; exits 0
// only where nothing was doubled or stuck.
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "registry/lock_file.h"
#include "registry/record_publisher.h"
#include "tests/registry/support/records.h"

namespace {

using namespace berth;
using namespace berth::registry;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kContenders = 8;

struct Report {
  pid_t pid;
  bool alone;
};

bool is_alone(const std::filesystem::path& proof) {
  // Left open on purpose: held until the process dies.
  const int fd = ::open(proof.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  // A killed owner's two locks are freed in no order that is promised.
  for (const auto end = Clock::now() + 500ms; Clock::now() < end;) {
    if (try_lock(fd, kOwnerByte, "proof").value()) return true;
    std::this_thread::sleep_for(200us);
  }
  return false;
}

[[noreturn]] void contend(const std::filesystem::path& directory, int reports) {
  for (;;) {
    auto file = PublishedFile::publish(directory / "run",
                                       test::sample_record("alice"), 10s);
    if (file) {
      const Report report{::getpid(), is_alone(directory / "proof")};
      (void)!::write(reports, &report, sizeof report);
      for (;;) ::pause();
    }
    if (file.error().code != Errc::already_running) {
      std::fprintf(stderr, "publish: %s\n", file.error().message.c_str());
      ::_exit(1);
    }
    std::this_thread::sleep_for(2ms);
  }
}

class Arena {
 public:
  explicit Arena(std::filesystem::path directory)
      : directory_(std::move(directory)) {
    (void)!::pipe2(pipe_.data(), O_CLOEXEC);
    for (auto& pid : pids_) pid = start();
  }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() {
    for (const pid_t pid : pids_) ::kill(pid, SIGKILL);
    while (::wait(nullptr) > 0) {
    }
  }

  // The next owner; a pid of 0: there was none for 10 s.
  Report next_owner() {
    pollfd item{pipe_[0], POLLIN, 0};
    Report report{0, true};
    if (::poll(&item, 1, 10000) > 0)
      (void)!::read(pipe_[0], &report, sizeof report);
    return report;
  }

  void replace(pid_t pid) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    *std::find(pids_.begin(), pids_.end(), pid) = start();
  }

  // Somebody who may be in the middle of a takeover; not the owner.
  pid_t bystander(pid_t owner, int turn) const {
    const pid_t pid = pids_[static_cast<std::size_t>(turn) % pids_.size()];
    return pid == owner ? pids_[(turn + 1) % kContenders] : pid;
  }

 private:
  pid_t start() {
    const pid_t pid = ::fork();
    if (pid == 0) contend(directory_, pipe_[1]);
    return pid;
  }

  std::filesystem::path directory_;
  std::array<int, 2> pipe_{};
  std::array<pid_t, kContenders> pids_{};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const int kills = std::atoi(argv[2]);
  Arena arena(argv[1]);
  std::vector<std::int64_t> takeovers;
  int doubled = 0;
  int stuck = 0;
  Report owner = arena.next_owner();
  for (int i = 0; i < kills && stuck == 0; ++i) {
    if (i % 4 == 3) {
      arena.replace(arena.bystander(owner.pid, i));
      continue;
    }
    const auto start = Clock::now();
    // One that is killed just after its report makes way for another.
    arena.replace(owner.pid);
    owner = arena.next_owner();
    if (owner.pid == 0) ++stuck;
    if (!owner.alone) ++doubled;
    takeovers.push_back((Clock::now() - start) / 1us);
  }
  std::sort(takeovers.begin(), takeovers.end());
  const auto n = takeovers.size();
  std::printf("kills=%d doubled=%d stuck=%d median=%ldus p99=%ldus\n", kills,
              doubled, stuck, static_cast<long>(n ? takeovers[n / 2] : 0),
              static_cast<long>(n ? takeovers[n * 99 / 100] : 0));
  return doubled == 0 && stuck == 0 ? 0 : 1;
}
