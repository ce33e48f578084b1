#include "launcher/health.h"

#include <nlohmann/json.hpp>

#include "launcher/programs.h"
#include "registry/base/strict_json.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

Error strange(const std::string& what) {
  return {Errc::failed, "unexpected answer of berth-talk: " + visible(what),
          "are berth and berth-talk of the same version?"};
}

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
  auto program = program_beside("berth-talk");
  if (!program) return program.error();
  std::vector<std::string> argv{program->string(), "health", "--json"};
  const std::size_t before = argv.size();
  for (const auto& instance : instances)
    if (is_alive(instance)) argv.push_back(instance.name);
  if (argv.size() == before) return {};
  auto finished = run_program(argv, "");
  if (!finished) return finished.error();
  auto answers = parse_json(finished->out);
  if (!answers || !answers->is_object())
    return strange(finished->err.empty() ? finished->out : finished->err);
  try {
    for (auto& instance : instances)
      if (auto found = answers->find(instance.name); found != answers->end())
        fill(instance, *found);
  } catch (const nlohmann::json::exception& error) {
    return strange(error.what());
  }
  return {};
}

}  // namespace berth::launcher
