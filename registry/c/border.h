// The border of the C library: values and exceptions inside, codes outside.
// Any thread.
#pragma once

#include <boost/system/result.hpp>
#include <cerrno>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#include "registry/base/result.h"
#include "registry/c/berth.h"

namespace berth::c {

[[nodiscard]] berth_code code_of(Errc code);

// An Error that can also say what only the C library knows.
struct Failure {
  berth_code code = BERTH_FAILED;
  std::string message;
  std::string hint;

  Failure() = default;
  Failure(berth_code c, std::string m, std::string h = {})
      : code(c), message(std::move(m)), hint(std::move(h)) {}
  // Not explicit: an Error of the rooms below is passed on as it is.
  Failure(const Error& error)
      : Failure(code_of(error.code), error.message, error.hint) {}
};

template <class T>
using Outcome = boost::system::result<T, Failure>;

// Found by boost::system::result when value() is called on a failure.
[[noreturn]] inline void throw_exception_from_error(
    const Failure& failure, const boost::source_location&) {
  throw std::runtime_error(failure.message);
}

// Fills `error`, unless it is NULL. The code of the failure.
berth_code tell(const Failure& failure, berth_error* error) noexcept;

// What a NULL is refused with.
[[nodiscard]] Failure missing(const char* argument);

// Runs `act`, which gives an Outcome<void>; nothing of C++ gets out, and errno
// is what it was.
template <class Act>
berth_code guarded(berth_error* error, Act act) noexcept {
  const int saved = errno;
  berth_code code = BERTH_OK;
  try {
    const Outcome<void> outcome = act();
    if (!outcome) code = tell(outcome.error(), error);
  } catch (const std::bad_alloc&) {
    code = tell({BERTH_NO_MEMORY, "out of memory"}, error);
  } catch (const std::exception& thrown) {
    code = tell({BERTH_FAILED, thrown.what()}, error);
  }
  errno = saved;
  return code;
}

}  // namespace berth::c
