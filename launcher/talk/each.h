// Asks several instances at once.
#pragma once

#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "launcher/talk/run.h"

namespace berth::talk {

// An answer of one instance; never fails: what went wrong is in the answer.
using AskOne = std::function<asio::awaitable<nlohmann::json>(std::string name,
                                                             Timers& timers)>;

// `answer` and `ask` must outlive the call.
inline asio::awaitable<void> ask_into(const AskOne& ask, std::string name,
                                      Timers& timers, nlohmann::json& answer) {
  answer = co_await ask(std::move(name), timers);
}

inline asio::awaitable<nlohmann::json> ask_each(std::vector<std::string> names,
                                                const AskOne& ask,
                                                Timers& timers) {
  nlohmann::json answers = nlohmann::json::object();
  for (const auto& name : names) answers[name] = nullptr;
  const auto executor = co_await asio::this_coro::executor;
  TaskGroup group(executor, [](const std::exception_ptr& error) {
    std::rethrow_exception(error);
  });
  // Not by `names`: one given twice is asked once.
  for (auto& [name, answer] : answers.items())
    group.spawn(ask_into(ask, name, timers, answer));
  co_await group.wait();
  co_return answers;
}

// Prints {"NAME": answer, ...} as one line; gives the exit code.
inline int print_each(const std::vector<std::string>& names,
                      const AskOne& ask) {
  const nlohmann::json answers =
      run([&](Timers& timers) { return ask_each(names, ask, timers); });
  std::cout << answers.dump(-1, ' ', /*ensure_ascii=*/true) << '\n';
  return 0;
}

}  // namespace berth::talk
