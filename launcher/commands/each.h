// Several names in one command: each is tried, each failure printed, and the
// first one gives the exit code.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "launcher/commands/commands.h"
#include "launcher/default_name.h"

namespace berth::launcher {

class Each {
 public:
  explicit Each(const Console& console) : console_(console) {}

  void failed(const Failure& failure) {
    const int code = console_.fail(failure);
    if (code_ == 0) code_ = code;
  }
  // The value, or nullptr after the failure was told.
  template <class T>
  T* check(Outcome<T>& outcome) {
    if (outcome) return &*outcome;
    failed(outcome.error());
    return nullptr;
  }
  [[nodiscard]] int code() const { return code_; }

  // The names that are names, each once, in their order.
  [[nodiscard]] std::vector<std::string> valid(
      const std::vector<std::string>& names) {
    std::vector<std::string> good;
    std::set<std::string> seen;
    for (const auto& name : names) {
      auto ok = check_name(name);
      if (!ok) {
        failed(ok.error());
      } else if (seen.insert(name).second) {
        good.push_back(name);
      }
    }
    return good;
  }

 private:
  const Console& console_;
  int code_ = 0;
};

}  // namespace berth::launcher
