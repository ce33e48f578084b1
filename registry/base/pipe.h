// A pipe. Any thread.
#pragma once

#include <fcntl.h>

#include <cerrno>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth {

struct Pipe {
  UniqueFd read, write;
};

// Both ends close-on-exec and blocking.
[[nodiscard]] inline Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno_error(errno, "make pipe");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

}  // namespace berth
