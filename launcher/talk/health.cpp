#include <iostream>
#include <nlohmann/json.hpp>

#include "launcher/talk/run.h"
#include "launcher/talk/talk.h"
#include "provider/client/directory.h"
#include "provider/client/http.h"

namespace berth::talk {
namespace {

using nlohmann::json;

// Each instance has this long; all are asked at once.
constexpr std::chrono::seconds kHealthLimit{2};

json to_json(const Result<provider::Health>& health) {
  if (!health)
    return {{"status", "unresponsive"}, {"reason", health.error().message}};
  return {{"status", health->ok ? "ok" : "degraded"},
          {"reason", health->reason}};
}

asio::awaitable<Result<provider::Health>> ask(std::string name,
                                              Timers& timers) {
  auto record = provider::running_record(name);
  if (!record) co_return record.error();
  auto health =
      co_await provider::health(std::move(*record), timers, kHealthLimit);
  co_return health;
}

// `answer` must outlive the call.
asio::awaitable<void> ask_into(std::string name, Timers& timers, json& answer) {
  const auto health = co_await ask(std::move(name), timers);
  answer = to_json(health);
}

asio::awaitable<json> ask_all(std::vector<std::string> names, Timers& timers) {
  json answers = json::object();
  for (const auto& name : names) answers[name] = nullptr;
  const auto executor = co_await asio::this_coro::executor;
  TaskGroup group(executor, [](const std::exception_ptr& error) {
    std::rethrow_exception(error);
  });
  // Not by `names`: one given twice is asked once.
  for (auto& [name, answer] : answers.items())
    group.spawn(ask_into(name, timers, answer));
  co_await group.wait();
  co_return answers;
}

}  // namespace

int health(const std::vector<std::string>& names) {
  const json answers =
      run([&](Timers& timers) { return ask_all(names, timers); });
  std::cout << answers.dump(-1, ' ', /*ensure_ascii=*/true) << '\n';
  return 0;
}

}  // namespace berth::talk
