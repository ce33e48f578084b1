// A descriptor that poll() says is readable while it is set: eventfd(2). Any
// thread.
#pragma once

#include <sys/eventfd.h>

#include <cerrno>
#include <cstdint>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth::c {

class ReadyFd {
 public:
  [[nodiscard]] static Result<ReadyFd> make() {
    UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd) return errno_error(errno, "make an eventfd");
    return ReadyFd(std::move(fd));
  }

  void set() {
    const std::uint64_t one = 1;
    (void)!::write(fd_.get(), &one, sizeof one);
  }
  void clear() {
    std::uint64_t count = 0;
    (void)!::read(fd_.get(), &count, sizeof count);
  }
  [[nodiscard]] int get() const { return fd_.get(); }

 private:
  explicit ReadyFd(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace berth::c
