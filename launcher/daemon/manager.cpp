#include "launcher/daemon/manager.h"

#include <nlohmann/json.hpp>

#include "launcher/listing.h"
#include "registry/base/log.h"
#include "registry/base/service_manager.h"
#include "registry/own_record.h"
#include "registry/standing_log.h"

namespace berth::launcher {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using registry::Event;
using registry::Liveness;

// Of the health round, which is also the net below the events.
constexpr auto kRound = 5s;

registry::Record manager_record() {
  auto record = registry::own_record(kManagerName);
  record.kind = registry::Kind::manager;
  record.started_by = registry::StartedBy::berthd;
  record.extra = to_json(ManagerNews{});
  return record;
}

// That of the instances, which check it and say what is wrong with it.
http::Rate origin_messages(const Config& config) {
  http::Rate rate = GatewayOptions{}.origin_messages;
  const auto limits =
      json::parse(config.limits.value, nullptr, /*allow_exceptions=*/false);
  const auto read = [&](const char* key, double& out) {
    if (!limits.is_object() || !limits.contains(key)) return;
    const auto& value = limits[key];
    if (value.is_number_unsigned() && value >= 1) out = value.get<double>();
  };
  read("origin_messages_per_second", rate.per_second);
  read("origin_messages_burst", rate.burst);
  return rate;
}

GatewayOptions gateway_options(const Config& config,
                               std::vector<UniqueFd> sockets) {
  GatewayOptions options;
  options.port = config.gateway_port.value;
  options.check_peers = config.peer_check.value == "on";
  options.origin_messages = origin_messages(config);
  if (!sockets.empty()) options.listener = std::move(sockets.front());
  return options;
}

}  // namespace

Manager::Manager(asio::any_io_executor executor, Timers& timers,
                 registry::Registry& registry, Paths paths,
                 Environment environment, const Config& config,
                 std::vector<UniqueFd> sockets, OnEnd on_end)
    : timers_(timers),
      registry_(registry),
      on_end_(std::move(on_end)),
      wanted_port_(config.gateway_port.value),
      gateway_(executor, timers, paths, manager_record(),
               gateway_options(config, std::move(sockets)),
               [this](const std::string& profile, const json& question) {
                 log::info("a question waits: " + profile);
                 notifier_.tell(profile, question);
               }),
      notifier_(executor, timers),
      starter_(executor, timers, paths, std::move(environment),
               [this](const std::string& name, const std::string& how) {
                 supervisor_.ended(name, how);
               }),
      supervisor_(std::move(paths), registry, timers, starter_,
                  [this] {
                    ++news_.revision;
                    publish();
                  }),
      adoption_(executor,
                [this](const std::string& name) { supervisor_.look(name); }),
      health_(
          executor, timers, [this] { publish(); },
          [this] { set_next_round(); }) {}

Result<void> Manager::start() {
  if (auto ok = gateway_.start(); !ok) return ok;
  const auto port = record().endpoint.port;
  log::info("the gateway listens on 127.0.0.1:" + std::to_string(port));
  if (port != wanted_port_)
    log::warn("the gateway's port " + std::to_string(wanted_port_) +
              " is not ours: another program has it, or the socket unit names "
              "another one");
  auto registration = registry_.announce(
      record(), [this](registry::Standing standing, const Error& error) {
        standing_changed(standing, error);
      });
  if (!registration) return registration.error();
  registration_ = std::move(*registration);
  auto watch = registry_.watch([this](const Event& event) { told(event); });
  if (!watch) return watch.error();
  watch_ = std::move(*watch);
  supervisor_.autostart();
  round_began_ = timers_.now();
  set_next_round();
  return {};
}

// Also when a round is over: Asio's one timer in the kernel stays set to the
// limits of answers that have come, and would wake us once more for nothing.
void Manager::set_next_round() {
  next_round_.cancel();
  next_round_ = timers_.at(round_began_ + kRound, [this] { round(); });
}

void Manager::told(const Event& event) {
  if (event.what == Event::What::rescanning || !is_wallet(event.entry)) return;
  const auto& entry = event.entry;
  const bool alive = event.what != Event::What::removed && entry.record &&
                     entry.liveness == Liveness::alive;
  if (alive) {
    alive_[entry.name] = *entry.record;
    adoption_.adopt(entry);
  } else {
    alive_.erase(entry.name);
  }
  gateway_.set_running(alive_);
  supervisor_.look(entry.name);
}

void Manager::round() {
  round_began_ = timers_.now();
  set_next_round();
  if (watchdog_interval() > 0us) {
    auto notified = notify_service_manager("WATCHDOG=1");
    if (!notified) log::warn(notified.error().message);
  }
  supervisor_.look_all();
  gateway_.look_again();  // a claim or a state file gives no notice
  std::vector<registry::Record> records;
  for (const auto& [name, record] : alive_) records.push_back(record);
  health_.ask(records);
}

void Manager::publish() {
  if (!registration_) return;
  news_.told.clear();
  std::map<std::string, std::string> reasons;
  for (const auto& [name, ailment] : health_.ailments())
    if (const auto found = alive_.find(name); found != alive_.end()) {
      news_.told[name] = {found->second.id,
                          ailment.answers ? "degraded" : "unresponsive"};
      reasons[name] = ailment.reason;
    }
  auto changed = registration_->record();
  changed.extra = to_json(news_);
  if (changed.extra != registration_->record().extra)
    if (auto ok = registration_->change(changed); !ok)
      log::error(ok.error().message);
  // After the record, from which the gateway reads a status.
  gateway_.set_reasons(std::move(reasons));
}

void Manager::standing_changed(registry::Standing standing,
                               const Error& error) {
  if (!registry::log_standing(standing, error)) on_end_(error);
}

asio::awaitable<void> Manager::stop() {
  next_round_.cancel();
  watch_.reset();
  supervisor_.stop();
  co_await health_.stop();
  co_await adoption_.stop();
  co_await starter_.stop();
  co_await gateway_.stop();
  if (!registration_) co_return;
  auto withdrawn = registration_->withdraw();
  if (!withdrawn) log::error(withdrawn.error().message);
}

}  // namespace berth::launcher
