// What each running instance asks its user, and which origins it has granted,
// as they change. One thread.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "registry/base/async.h"
#include "registry/base/timers.h"
#include "registry/record.h"

namespace berth::launcher {

// An instance's questions and grants, as `GET /v1/access` of its wire has them.
struct Access {
  nlohmann::json approvals = nlohmann::json::array();
  nlohmann::json grants = nlohmann::json::array();  // EIP-2255 permissions
};

class AccessWatch {
 public:
  // A question that was not there before.
  using OnQuestion = std::function<void(const std::string& profile,
                                        const nlohmann::json& question)>;

  // `timers` must outlive it. `on_change`: something of some instance changed.
  AccessWatch(asio::any_io_executor executor, Timers& timers,
              std::function<void()> on_change, OnQuestion on_question,
              bool check_peers);

  // Watches these, and forgets all others.
  void watch(const std::vector<registry::Record>& running);

  // Empty for one that does not run, or was not heard of yet.
  [[nodiscard]] const Access& of(const std::string& profile) const;
  [[nodiscard]] const std::map<std::string, Access>& all() const {
    return told_;
  }

  // Ends all; before destruction.
  asio::awaitable<void> stop();

 private:
  asio::awaitable<void> follow(registry::Record record);
  [[nodiscard]] bool is_watched(const registry::Record& record) const;
  void take(const std::string& profile, Access access);

  Timers& timers_;
  std::function<void()> on_change_;
  OnQuestion on_question_;
  bool check_peers_;
  std::map<std::string, std::string> watched_;  // profile: id of its record
  std::map<std::string, Access> told_;
  TaskGroup tasks_;
};

}  // namespace berth::launcher
