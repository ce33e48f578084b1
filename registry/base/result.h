// Errors as values: what can happen is in the signature, exceptions are bugs.
#pragma once

#include <boost/system/result.hpp>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>

namespace berth {

// What a caller may want to act on. Everything else is `failed`.
enum class Errc {
  failed,           // for the reason in the message
  invalid,          // the input is wrong
  not_found,        // no such file, profile, record, ...
  already_running,  // a live instance or owner holds the name
  denied,           // permissions, ownership, modes
  no_port,          // no free port where one was asked for
  no_space,         // disk, quota or inodes are used up
  timed_out,
  unavailable,      // the other side is not there or went away
  untrusted,        // the other side failed its proof
};

// `message` reads "<what happened>: <subject>"; `hint`, one line that says
// what to do, may be empty. Both are meant for people; compare by `code`.
struct Error {
  Errc code = Errc::failed;
  std::string message;
  std::string hint;

  Error() = default;
  Error(Errc c, std::string m, std::string h = {})
      : code(c), message(std::move(m)), hint(std::move(h)) {}
};

inline std::ostream& operator<<(std::ostream& out, const Error& error) {
  return out << error.message;
}

// Mark functions that return it [[nodiscard]]: the type itself is not.
template <class T>
using Result = boost::system::result<T, Error>;

// "<what>: <strerror(err)>", with the code that fits `err` (an errno value).
// `what` names the operation and its subject: "open /path/x.json".
[[nodiscard]] Error errno_error(int err, std::string what);

// Found by boost::system::result when value() is called on an error.
[[noreturn]] inline void throw_exception_from_error(
    const Error& error, const boost::source_location&) {
  throw std::runtime_error(error.message);
}

}  // namespace berth
