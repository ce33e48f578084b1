// What `berth` leaves to berth-talk: the verbs that speak to an instance or to
// the mDNS daemon. `berth` runs it, so that it links no Beast and no D-Bus.
// Each verb returns the exit code and prints its errors itself. Blocking.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "registry/base/result.h"

namespace berth::talk {

// Exit codes of `berth` (help exit-codes).
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kNotRunning = 3;
inline constexpr int kTimedOut = 7;
// Of `exec`, as env(1) and docker have them.
inline constexpr int kExecFailed = 125;
inline constexpr int kNotExecutable = 126;
inline constexpr int kNoSuchCommand = 127;

// To be found, dialled and proven.
inline constexpr std::chrono::seconds kConnectLimit{10};

struct CallArguments {
  std::string name;
  std::string method;
  std::string params = "[]";  // JSON: an array or an object
  // For the answer: somebody may have to read and approve it.
  std::chrono::milliseconds limit{120'000};
};
[[nodiscard]] int call(CallArguments arguments);

// Returns only when `command` could not be executed.
[[nodiscard]] int exec(const std::string& name,
                       const std::vector<std::string>& command);

[[nodiscard]] int health(const std::vector<std::string>& names);

// One HTTP request, with the record's token, to each of `names`. Prints one
// JSON object: {"NAME": {"status": 200, "body": ...}}, or {"error", "hint"} of
// what gave no answer.
struct RequestArguments {
  std::string verb;    // "GET", "POST" or "DELETE"
  std::string target;  // "/v1/approvals"
  std::string body;    // JSON or empty
  std::vector<std::string> names;
};
[[nodiscard]] int request(RequestArguments arguments);

// What mDNS knows of our service on this machine, and how its daemon is.
[[nodiscard]] int mdns();

// "berth: <message>" and the hint on stderr; the exit code that fits.
int report(const Error& error);

}  // namespace berth::talk
