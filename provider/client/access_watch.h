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

namespace berth::provider {

// An instance's questions and grants, as `GET /v1/access` of its wire has them.
// Of a question `id`, `kind` and `origin` are strings, `origin` null where a
// program asks; what else another program's wallet says may be anything.
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
  // `on_question` may be empty.
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
  // Who is followed: not again where its record goes and comes back.
  struct Watched {
    std::string id;  // of its record
    std::uint64_t number;
  };
  asio::awaitable<void> follow(registry::Record record, std::uint64_t number);
  [[nodiscard]] bool is_watched(const std::string& profile,
                                std::uint64_t number) const;
  void take(const std::string& profile, Access access);

  Timers& timers_;
  std::function<void()> on_change_;
  OnQuestion on_question_;
  bool check_peers_;
  std::map<std::string, Watched> watched_;  // by profile
  std::uint64_t count_ = 0;
  std::map<std::string, Access> told_;
  TaskGroup tasks_;
};

}  // namespace berth::provider
