// The messages of README.md as values: reading those to the host, and wording
// its refusals. Pure; any thread.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "registry/base/result.h"

namespace berth::native_host {

struct Message {
  nlohmann::json members;  // an object
  // Why it cannot be done whatever it asks for; then only those members count
  // that are no arrays and objects. Empty: nothing is wrong with its text.
  std::string problem;
};

// Errc::invalid: it is no JSON object. What a page can bring into one, deep
// nesting and half characters, is no reason to say so: it would end the host.
[[nodiscard]] Result<Message> parse_message(const std::string& text);

// Why something was not done.
struct Refusal {
  std::string code;  // of README.md
  Error error;

  Refusal() = default;
  // The code that fits the error's.
  Refusal(Error e);  // NOLINT: an Error is returned as it is
  Refusal(std::string c, Error e) : code(std::move(c)), error(std::move(e)) {}
};

inline std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
  return out << refusal.error;
}

// Members of the answer.
using Answer = boost::system::result<nlohmann::json, Refusal>;

// Found by boost::system::result when value() is called on an error.
[[noreturn]] inline void throw_exception_from_error(
    const Refusal& refusal, const boost::source_location&) {
  throw std::runtime_error(refusal.error.message);
}

// What the caller said, shortened, for a refusal to repeat it.
[[nodiscard]] std::string quoted(const std::string& text);

[[nodiscard]] nlohmann::json error_message(const Refusal& refusal);

// Those members of a message, all of them strings: a `profile` or `name` that
// is the name of one, an `origin` as a browser writes it. Errc::invalid.
using Fields = std::map<std::string, std::string>;
[[nodiscard]] Result<Fields> read_fields(const nlohmann::json& message,
                                         const std::vector<const char*>& keys);

}  // namespace berth::native_host
