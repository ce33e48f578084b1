#include <nlohmann/json.hpp>

#include "launcher/talk/each.h"
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

asio::awaitable<json> answer_of(std::string name, Timers& timers) {
  const auto health = co_await ask(std::move(name), timers);
  co_return to_json(health);
}

}  // namespace

int health(const std::vector<std::string>& names) {
  return print_each(names, answer_of);
}

}  // namespace berth::talk
