// What a command failed with: the error, and the exit code that tells a script
// which kind it was. cli.md's table; `berth help exit-codes` prints it.
#pragma once

#include <boost/system/result.hpp>
#include <utility>

#include "registry/base/result.h"

namespace berth::launcher {

enum class Exit {
  done = 0,
  failed = 1,
  usage = 2,
  not_running = 3,
  no_profile = 4,
  already_running = 5,
  no_port = 6,
  timed_out = 7,
  exec_failed = 125,
};

struct Failure {
  Exit exit = Exit::failed;
  Error error;

  Failure() = default;
  // The exit code that fits the error's code. Exit::usage, not_running and
  // no_profile depend on what was asked: who knows says so.
  Failure(Error e)  // NOLINT: an Error is returned as it is
      : exit(exit_of(e.code)), error(std::move(e)) {}
  Failure(Exit x, Error e) : exit(x), error(std::move(e)) {}

 private:
  static Exit exit_of(Errc code) {
    switch (code) {
      case Errc::already_running:
        return Exit::already_running;
      case Errc::no_port:
        return Exit::no_port;
      case Errc::timed_out:
        return Exit::timed_out;
      default:
        return Exit::failed;
    }
  }
};

inline std::ostream& operator<<(std::ostream& out, const Failure& failure) {
  return out << failure.error;
}

template <class T>
using Outcome = boost::system::result<T, Failure>;

}  // namespace berth::launcher
