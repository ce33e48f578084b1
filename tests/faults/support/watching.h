// What a watch of the registry tells, waited for.
#pragma once

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "registry/file_registry.h"

namespace berth::test {

using Names = std::vector<std::string>;

class Watching {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Watching(std::filesystem::path directory)
      : files_(std::move(directory), io_.get_executor(), timers_),
        watch_(
            files_.watch([this](const registry::Event& event) { told(event); })
                .value()) {}

  bool all_alive(const Names& names) {
    return until([&] { return have(alive_, names); });
  }
  // Whether each was told to be dead; when the last one was, in `when`.
  bool all_dead(const Names& names, Clock::time_point& when) {
    const bool all = until([&] { return have(dead_, names); });
    when = last_;
    return all;
  }
  [[nodiscard]] bool is_alive(const std::string& name) const {
    return alive_.contains(name);
  }
  [[nodiscard]] int rescans() const { return rescans_; }

 private:
  static bool have(const std::set<std::string>& told, const Names& names) {
    return told.size() >= names.size() &&
           std::all_of(names.begin(), names.end(),
                       [&](const auto& name) { return told.contains(name); });
  }

  void told(const registry::Event& event) {
    if (event.what == registry::Event::What::rescanning) {
      ++rescans_;
    } else if (event.entry.liveness == registry::Liveness::alive) {
      alive_.insert(event.entry.name);
      dead_.erase(event.entry.name);
    } else {
      alive_.erase(event.entry.name);
      if (event.what == registry::Event::What::crashed)
        dead_.insert(event.entry.name);
      last_ = Clock::now();
    }
  }

  template <class Condition>
  bool until(Condition reached) {
    const auto end = Clock::now() + kMissed;
    // What is read is newer than its notice: notices would be left, and add up.
    io_.restart();
    io_.poll();
    while (!reached() && Clock::now() < end) {
      io_.restart();
      io_.run_one_until(end);
    }
    return reached();
  }

  // Told by then, or missed: the watch scans by itself only after 30 s.
  static constexpr std::chrono::seconds kMissed{10};

  boost::asio::io_context io_{1};
  AsioTimers timers_{io_.get_executor()};
  registry::FileRegistry files_;
  std::set<std::string> alive_, dead_;
  Clock::time_point last_;
  int rescans_ = 0;
  std::unique_ptr<registry::Watch> watch_;
};

}  // namespace berth::test
