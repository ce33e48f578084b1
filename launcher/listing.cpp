#include "launcher/listing.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "launcher/instance_manager.h"
#include "launcher/profile_store.h"
#include "launcher/values.h"
#include "registry/base/strict_json.h"
#include "registry/claim.h"
#include "registry/profile_state.h"
#include "registry/record_reader.h"

namespace berth::launcher {
namespace {

using Json = nlohmann::ordered_json;
using registry::Entry;
using registry::Liveness;

Status status_of(Liveness liveness) {
  switch (liveness) {
    case Liveness::alive:
      return Status::running;
    case Liveness::dead:
      return Status::crashed;
    case Liveness::stopped:
      return Status::stopped;
    case Liveness::unknown:
      return Status::unknown;
  }
  return Status::unknown;
}

bool is_claimed(const Paths& paths, const std::string& name) {
  const auto taken = registry::Claim::is_taken(paths.claim_of(name));
  return taken && *taken;
}

void add_profile(const Paths& paths, Instance& instance) {
  auto profile = ProfileStore(paths).load(instance.name);
  if (!profile) {
    instance.problem = profile.error().error.message;
    return;
  }
  instance.title = profile->title;
  instance.wallet = to_string(profile->wallet);
  if (profile->chain_id)
    instance.chain_id = to_quantity(*profile->chain_id);
  else if (profile->wallet == WalletType::dev)
    instance.chain_id = to_quantity(kDevChainId);
}

std::string why_failed(const registry::ProfileState& state) {
  if (state.last_exit.empty()) return state.failed_reason;
  return state.failed_reason + ", the last ended: " + state.last_exit;
}

// A profile without a record, or with a dead one that is being taken over.
Instance without_record(const Paths& paths, const std::string& name) {
  Instance instance;
  instance.name = name;
  const auto state = registry::read_profile_state(paths.state_file(name));
  instance.last_exit = state.last_exit;
  // An instance writes what it wants before it binds, and before it withdraws.
  const bool leaving = state.want == registry::ProfileState::Want::stopped;
  instance.status = !is_claimed(paths, name) ? Status::stopped
                    : leaving                ? Status::stopping
                                             : Status::starting;
  if (instance.status == Status::stopped && !state.failed_reason.empty()) {
    instance.status = Status::failed;
    instance.problem = why_failed(state);
  }
  return instance;
}

// Of entries in the order of their names.
const Entry* find_entry(const std::vector<Entry>& entries,
                        std::string_view name) {
  const auto found = std::lower_bound(
      entries.begin(), entries.end(), name,
      [](const Entry& entry, std::string_view wanted) {
        return entry.name < wanted;
      });
  return found != entries.end() && found->name == name ? &*found : nullptr;
}

bool is_shown(const Instance& instance, Which which) {
  return which == Which::all || instance.status != Status::stopped;
}

// Null where unknown, as cli.md says.
template <class T>
Json known(bool is_known, const T& value) {
  return is_known ? Json(value) : Json(nullptr);
}

// Berth's own instances say in `extra` which wallet it is; for another
// publisher's it is the software that says it.
std::string wallet_of(const registry::Record& record) {
  const auto extra = parse_json(record.extra);
  if (extra && extra->is_object())
    if (const auto wallet = extra->find("wallet");
        wallet != extra->end() && wallet->is_string())
      return wallet->get<std::string>();
  return record.software.name;
}

Json text(const std::string& value) { return known(!value.empty(), value); }

}  // namespace

const char* to_string(Status status) {
  switch (status) {
    case Status::starting:
      return "starting";
    case Status::running:
      return "running";
    case Status::degraded:
      return "degraded";
    case Status::unresponsive:
      return "unresponsive";
    case Status::stopping:
      return "stopping";
    case Status::crashed:
      return "crashed";
    case Status::failed:
      return "failed";
    case Status::stopped:
      return "stopped";
    case Status::unknown:
      return "unknown";
  }
  return "unknown";
}

bool is_alive(const Instance& instance) {
  return instance.status == Status::running ||
         instance.status == Status::degraded ||
         instance.status == Status::unresponsive;
}

bool is_wallet(const Entry& entry) {
  return !entry.name.starts_with('@') &&
         !(entry.record && entry.record->kind == registry::Kind::manager);
}

Instance instance_of(const Paths& paths, Entry entry) {
  Instance instance;
  instance.name = std::move(entry.name);
  instance.status = status_of(entry.liveness);
  instance.record = std::move(entry.record);
  instance.problem = std::move(entry.problem);
  if (instance.status == Status::crashed) {
    const auto state =
        registry::read_profile_state(paths.state_file(instance.name));
    instance.last_exit = state.last_exit;
    if (!state.failed_reason.empty()) {
      instance.status = Status::failed;
      instance.problem = why_failed(state);
    }
  }
  return instance;
}

void apply(const ManagerNews& news, Instance& instance) {
  if (instance.status != Status::running || !instance.record) return;
  const auto found = news.told.find(instance.name);
  if (found == news.told.end() || found->second.id != instance.record->id)
    return;
  instance.status = found->second.status == "degraded" ? Status::degraded
                                                       : Status::unresponsive;
}

Result<std::vector<Instance>> list_instances(const Paths& paths, Which which) {
  auto entries = registry::read_records(paths.registry);
  if (!entries) return entries.error();
  auto profiles = ProfileStore(paths).names();
  if (!profiles) return profiles.error();
  std::erase_if(*profiles, [&](const std::string& name) {
    return find_entry(*entries, name) != nullptr;
  });
  ManagerNews news;
  if (const auto* manager = find_entry(*entries, kManagerName))
    news = news_of(*manager);
  std::vector<Instance> list;
  list.reserve(entries->size());
  for (auto& entry : *entries) {
    if (!is_wallet(entry)) continue;
    const bool claimed =
        entry.liveness != Liveness::alive && is_claimed(paths, entry.name);
    Instance instance = instance_of(paths, std::move(entry));
    apply(news, instance);
    if (claimed) instance.status = Status::starting;
    if (is_shown(instance, which)) list.push_back(std::move(instance));
  }
  const auto with_record = static_cast<std::ptrdiff_t>(list.size());
  for (const auto& name : *profiles) {
    Instance instance = without_record(paths, name);
    if (!is_shown(instance, which)) continue;
    if (which == Which::all) add_profile(paths, instance);
    list.push_back(std::move(instance));
  }
  std::inplace_merge(
      list.begin(), list.begin() + with_record, list.end(),
      [](const auto& a, const auto& b) { return a.name < b.name; });
  return list;
}

Outcome<Instance> find_instance(const Paths& paths, const std::string& name) {
  auto entry = registry::read_record(paths.registry, name);
  if (entry) {
    const bool claimed =
        entry->liveness != Liveness::alive && is_claimed(paths, name);
    Instance instance = instance_of(paths, std::move(*entry));
    if (auto manager = registry::read_record(paths.registry, kManagerName))
      apply(news_of(*manager), instance);
    if (claimed) instance.status = Status::starting;
    return instance;
  }
  if (entry.error().code != Errc::not_found) return entry.error();
  ProfileStore store(paths);
  if (!store.exists(name)) return store.load(name).error();
  Instance instance = without_record(paths, name);
  add_profile(paths, instance);
  return instance;
}

Json to_json(const Instance& instance) {
  static const registry::Record kNone;
  const bool has = instance.record.has_value();
  const auto& record = has ? *instance.record : kNone;
  const bool alive = is_alive(instance);
  Json json;
  json["name"] = instance.name;
  json["status"] = to_string(instance.status);
  json["state"] = known(alive && has, to_string(record.state));
  json["id"] = text(record.id);
  json["pid"] = known(alive && has, record.pid);
  json["port"] = known(has, record.endpoint.port);
  json["url"] = known(has, url_of(record.endpoint));
  json["ws_url"] = known(has, ws_url_of(record.endpoint));
  json["started_at"] = text(record.started_at);
  json["chain_id"] = text(has ? record.chain_id : instance.chain_id);
  json["title"] = text(has ? record.title : instance.title);
  json["wallet"] = text(has ? wallet_of(record) : instance.wallet);
  json["version"] = text(record.software.version);
  if (instance.health)
    json["health"] = {{"status", instance.health->status},
                      {"reason", text(instance.health->reason)}};
  if (instance.mdns)
    json["mdns"] = {
        {"status", instance.mdns->empty() ? "missing" : "published"},
        {"name", text(*instance.mdns)}};
  return json;
}

}  // namespace berth::launcher
