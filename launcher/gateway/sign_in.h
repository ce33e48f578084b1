// Who may use the dashboard: codes of `berth ui`, sessions of its pages. All of
// it lives in berthd's memory and ends with it. One thread.
#pragma once

#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "registry/base/timers.h"

namespace berth::launcher {

class SignIn {
 public:
  // From `berth ui` to the page that it opens.
  static constexpr std::chrono::seconds kCodeLife{30};
  // Dashboards that are open at once; the oldest goes for a new one.
  static constexpr std::size_t kMostSessions = 32;
  static constexpr std::size_t kMostCodes = 32;

  // `timers` must outlive it.
  explicit SignIn(Timers& timers) : timers_(timers) {}

  // 32 random bytes, base64url: good once, for kCodeLife.
  [[nodiscard]] std::string make_code();

  // A session for a code, which is used up. nullopt: no such code (any more).
  [[nodiscard]] std::optional<std::string> exchange(std::string_view code);

  [[nodiscard]] bool is_session(std::string_view session) const;
  void end(std::string_view session);

 private:
  struct Code {
    std::string text;
    Timers::Clock::time_point end;
  };

  Timers& timers_;
  std::list<Code> codes_;           // oldest first
  std::list<std::string> sessions_;  // oldest first
};

}  // namespace berth::launcher
