// A process that publishes records and does nothing else, made by fork, so
// that a thousand of them cost little.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "registry/base/unique_fd.h"
#include "registry/record_publisher.h"
#include "tests/registry/support/records.h"

namespace berth::test {

class ForkedOwner {
 public:
  // Published when this returns. `fork` may make another kind of process.
  ForkedOwner(const std::filesystem::path& directory,
              const std::vector<std::string>& names,
              const std::function<pid_t()>& fork = ::fork) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    const UniqueFd ready(ends[0]);
    pid_ = fork();
    if (pid_ == 0) own(directory, names, ends[1]);
    ::close(ends[1]);
    if (pid_ < 0) throw std::runtime_error("fork");
    process_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    char byte = 0;
    if (::read(ready.get(), &byte, 1) == 1) return;
    bury();
    throw std::runtime_error("cannot publish " + names.front());
  }
  ForkedOwner(ForkedOwner&& other) noexcept
      : pid_(std::exchange(other.pid_, 0)),
        process_(std::move(other.process_)) {}
  ForkedOwner& operator=(ForkedOwner&&) = delete;
  ~ForkedOwner() {
    if (pid_ <= 0) return;
    kill();
    bury();
  }

  void kill() const { ::kill(pid_, SIGKILL); }
  // Whether the kernel is done with it.
  [[nodiscard]] bool is_gone() const {
    pollfd item{process_.get(), POLLIN, 0};
    return ::poll(&item, 1, 0) == 1;
  }

 private:
  [[noreturn]] static void own(const std::filesystem::path& directory,
                               const std::vector<std::string>& names,
                               int ready) {
    using namespace std::chrono_literals;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::vector<registry::PublishedFile> files;
    for (const auto& name : names) {
      auto file =
          registry::PublishedFile::publish(directory, sample_record(name), 10s);
      if (!file) ::_exit(1);
      files.push_back(std::move(*file));
    }
    (void)!::write(ready, "r", 1);
    for (;;) ::pause();
  }

  void bury() { ::waitpid(std::exchange(pid_, 0), nullptr, 0); }

  pid_t pid_ = 0;
  UniqueFd process_;
};

}  // namespace berth::test
