// Which origins may use this profile, and with which accounts. One thread.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "registry/base/changes.h"
#include "registry/base/clock.h"
#include "registry/base/result.h"
#include "registry/base/timers.h"

namespace berth::server {

using Accounts = std::vector<std::string>;  // "0x" and 40 lower-case digits

// Remembered in one file of the profile's data directory, which is replaced as
// a whole: a crash leaves the old grants or the new ones. What is granted to a
// loopback origin is never written: it ends with this object, or after
// kLoopbackLife.
class Grants {
 public:
  // Long enough for a day of work on a project, not for the next project at
  // the same port. Time in which the machine sleeps does not count.
  static constexpr std::chrono::hours kLoopbackLife{12};
  // Bytes of all grants, as the file has them: thousands of origins.
  static constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;

  // `file` need not exist; its directory must. References must outlive it.
  // `changes` moves with every change of a grant.
  Grants(std::filesystem::path file, Timers& timers, Changes& changes);

  // Reads the file; once, before anything else. A damaged one is moved aside,
  // to a name beside it that the log tells, and nothing is granted. An error:
  // it can neither be read nor moved, and going on would overwrite it.
  [[nodiscard]] Result<void> load();

  // Told after every change of an origin's grant; may call back.
  using OnChange = std::function<void(const std::string& origin)>;
  void on_change(OnChange handler) { on_change_ = std::move(handler); }

  // Empty: nothing is granted.
  [[nodiscard]] Accounts accounts(const std::string& origin) const;

  // Instead of what `origin` had. Errc::invalid: no origin (is_origin()),
  // or no account in `accounts`. Errc::no_space: over kMaxFileBytes. On any
  // error everything stays as it was.
  [[nodiscard]] Result<void> grant(const std::string& origin,
                                   Accounts accounts);

  // True: it had a grant. Takes effect also when it cannot be written: then
  // the error says that a restart would bring the grant back.
  [[nodiscard]] Result<bool> revoke(const std::string& origin);

  // Permissions of EIP-2255 (`invoker` is the origin), in the order of their
  // origins, with `granted_at` and `remembered`.
  [[nodiscard]] nlohmann::json list() const;

 private:
  struct Grant {
    Accounts accounts;
    WallTime granted_at;
    bool remembered = true;
    Alarm end;  // of one that is not remembered
  };
  [[nodiscard]] Result<void> take(const std::string& text);
  [[nodiscard]] Result<void> move_aside(const Error& damage);
  [[nodiscard]] Result<void> check_size() const;
  [[nodiscard]] Result<void> write() const;
  void changed(const std::string& origin);

  std::filesystem::path file_;
  Timers& timers_;
  Changes& changes_;
  OnChange on_change_;
  std::map<std::string, Grant> grants_;  // by origin
};

// An account address in the form of Accounts; empty: it is none.
[[nodiscard]] std::string canonical_account(std::string_view text);

}  // namespace berth::server
