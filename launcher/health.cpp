#include "launcher/health.h"

#include <nlohmann/json.hpp>

#include "launcher/ask_talk.h"

namespace berth::launcher {
namespace {

void fill(Instance& instance, const nlohmann::json& answer) {
  Health health{answer.at("status"), answer.value("reason", std::string())};
  // What berthd found in its last round is older than this.
  if (health.status == "ok") instance.status = Status::running;
  if (health.status == "degraded") instance.status = Status::degraded;
  if (health.status == "unresponsive") instance.status = Status::unresponsive;
  instance.health = std::move(health);
}

}  // namespace

Result<void> ask_health(std::vector<Instance>& instances) {
  std::vector<std::string> arguments{"health", "--json"};
  const std::size_t before = arguments.size();
  for (const auto& instance : instances)
    if (is_alive(instance)) arguments.push_back(instance.name);
  if (arguments.size() == before) return {};
  auto answers = ask_talk(arguments);
  if (!answers) return answers.error();
  try {
    for (auto& instance : instances)
      if (auto found = answers->find(instance.name); found != answers->end())
        fill(instance, *found);
  } catch (const nlohmann::json::exception& error) {
    return strange_answer(error.what());
  }
  return {};
}

}  // namespace berth::launcher
