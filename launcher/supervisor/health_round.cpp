#include "launcher/supervisor/health_round.h"

#include <algorithm>

#include "provider/client/http.h"
#include "registry/base/log.h"

namespace berth::launcher {
namespace {

std::optional<Ailment> judge(const Result<provider::Health>& health) {
  if (!health) return Ailment{false, health.error().message};
  if (!health->ok) return Ailment{true, health->reason};
  return std::nullopt;
}

}  // namespace

HealthRound::HealthRound(asio::any_io_executor executor, Timers& timers,
                         Call changed, Call over)
    : timers_(timers),
      changed_(std::move(changed)),
      over_(std::move(over)),
      tasks_(std::move(executor), log::failure("asking for health failed")) {}

void HealthRound::ask(const std::vector<registry::Record>& records) {
  forget_others(records);
  for (const auto& record : records)
    if (asked_.emplace(record.name, record.id).second)
      tasks_.spawn(ask_one(record));
}

// What ended meanwhile has no health.
void HealthRound::forget_others(const std::vector<registry::Record>& records) {
  const auto erased = std::erase_if(ailments_, [&](const auto& ailment) {
    return std::none_of(records.begin(), records.end(),
                        [&](const auto& r) { return r.name == ailment.first; });
  });
  if (erased > 0) changed_();
}

asio::awaitable<void> HealthRound::ask_one(registry::Record record) {
  const std::string name = record.name;
  const auto health =
      co_await provider::health(std::move(record), timers_, kHealthLimit);
  asked_.erase(name);
  note(name, judge(health));
  if (asked_.empty()) over_();
}

void HealthRound::note(const std::string& name,
                       std::optional<Ailment> ailment) {
  const auto known = ailments_.find(name);
  const bool was_ill = known != ailments_.end();
  if (ailment ? was_ill && known->second == *ailment : !was_ill) return;
  if (ailment) {
    log::warn(name + (ailment->answers ? ": degraded: " : ": unresponsive: ") +
              ailment->reason);
    ailments_[name] = std::move(*ailment);
  } else {
    log::info(name + ": well again");
    ailments_.erase(known);
  }
  changed_();
}

asio::awaitable<void> HealthRound::stop() {
  tasks_.cancel();
  co_await tasks_.wait();
}

}  // namespace berth::launcher
