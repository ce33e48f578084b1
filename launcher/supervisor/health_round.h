// Asks every instance how it is, again and again, and remembers who is not
// well. One thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "registry/base/async.h"
#include "registry/record.h"

namespace berth::launcher {

// What an instance may take for its answer; silent for longer: unresponsive.
inline constexpr std::chrono::seconds kHealthLimit{2};

struct Ailment {
  bool answers = false;  // false: unresponsive; true: degraded, it says so
  std::string reason;

  bool operator==(const Ailment&) const = default;
};
using Ailments = std::map<std::string, Ailment>;  // by name

class HealthRound {
 public:
  using Call = std::function<void()>;

  // `timers` must outlive it. `changed`: ailments() are other ones now. `over`:
  // all have answered, or had their time.
  HealthRound(asio::any_io_executor executor, Timers& timers, Call changed,
              Call over);

  // Asks all of them at once. One that has not answered yet since the last
  // round is not asked twice. Records of level 0 promise no answer: leave
  // them out.
  void ask(const std::vector<registry::Record>& records);

  // Of those that were asked last.
  [[nodiscard]] const Ailments& ailments() const { return ailments_; }

  // Before destruction.
  asio::awaitable<void> stop();

 private:
  asio::awaitable<void> ask_one(registry::Record record);
  void note(const std::string& name, std::optional<Ailment> ailment);
  void forget_others(const std::vector<registry::Record>& records);

  Timers& timers_;
  Call changed_;
  Call over_;
  std::map<std::string, std::string> asked_;  // name, id
  Ailments ailments_;
  TaskGroup tasks_;
};

}  // namespace berth::launcher
