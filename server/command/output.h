// What a program writes, line by line into this program's log. One thread.
#pragma once

#include <deque>
#include <string>

#include "registry/base/async.h"
#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth::server {

class Output {
 public:
  // A pipe of which the program gets the writing end.
  [[nodiscard]] static Result<Output> make();

  // To be closed here once the program has it.
  UniqueFd writer;

  // Reads until every process that has the writing end is gone. Call once.
  asio::awaitable<void> forward();

  // The last ones, the oldest first, of each so much as fits a message.
  [[nodiscard]] const std::deque<std::string>& last_lines() const {
    return last_;
  }

 private:
  explicit Output(UniqueFd reader) : reader_(std::move(reader)) {}
  void take_lines();
  void keep(std::string line);

  UniqueFd reader_;
  std::string text_;  // what is no whole line yet
  std::deque<std::string> last_;
};

}  // namespace berth::server
