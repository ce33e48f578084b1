#include "provider/native_host/instances.h"

#include <algorithm>
#include <vector>

#include "provider/client/grants_file.h"
#include "provider/client/page_info.h"
#include "provider/native_host/message.h"

namespace berth::native_host {
namespace {

using nlohmann::json;
using registry::Record;

json text(const std::string& value) {
  return value.empty() ? json() : json(value);
}

// I of README.md: neither where it is nor what proves it.
json shown(const Record& record) {
  return {{"name", record.name},
          {"id", record.id},
          {"title", text(record.title)},
          {"color", text(record.color)},
          {"icon", text(record.icon)},
          {"chain_id", text(record.chain_id)},
          {"state", registry::to_string(record.state)}};
}

json instances_message(const std::vector<Record>& records) {
  json list = json::array();
  for (const auto& record : records) list.push_back(shown(record));
  return {{"type", "instances"}, {"instances", std::move(list)}};
}

std::string origin_of(const json& grant) {
  const auto origin =
      grant.is_object() ? grant.value("origin", json()) : json();
  return origin.is_string() ? origin.get<std::string>() : std::string();
}

json access_message(const Record& record, const provider::Access& access) {
  json approvals = json::array();
  for (auto question : access.approvals) {
    question["profile"] = record.name;
    approvals.push_back(std::move(question));
  }
  json grants = json::array();
  for (const auto& permission : access.grants) {
    json grant = provider::grant_of(permission);
    const auto origin = origin_of(grant);
    if (origin.empty()) continue;
    grant["info"] = provider::info_for_page(provider::looks_of(record), origin);
    grants.push_back(std::move(grant));
  }
  return {{"type", "access"},
          {"profile", record.name},
          {"approvals", std::move(approvals)},
          {"grants", std::move(grants)}};
}

}  // namespace

Instances::Instances(asio::any_io_executor executor, Timers& timers,
                     provider::Directory& directory, Tell tell)
    : directory_(directory),
      tell_(std::move(tell)),
      access_(
          executor, timers, [this] { tell_access(); }, nullptr,
          /*check_peers=*/true),
      teller_(executor) {}

void Instances::list() {
  auto records = directory_.records();
  tell_(records ? instances_message(*records) : error_message(records.error()));
}

void Instances::watch() {
  told_instances_ = nullptr;
  told_access_.clear();
  if (!watch_) {
    auto watch =
        directory_.watch([this](const provider::Change&) { look_soon(); });
    if (!watch) return tell_(error_message(watch.error()));
    watch_ = std::move(*watch);
  }
  look();
}

// Once for all that the kernel tells at once.
void Instances::look_soon() {
  if (std::exchange(looks_soon_, true)) return;
  teller_.later([this] {
    looks_soon_ = false;
    if (!stopped_) look();
  });
}

void Instances::look() {
  auto records = directory_.records();
  if (!records) return tell_(error_message(records.error()));
  running_.clear();
  for (const auto& record : *records) running_[record.name] = record;
  auto message = instances_message(*records);
  if (message != told_instances_) {
    told_instances_ = message;
    tell_(message);
  }
  access_.watch(*records);
  tell_access();
}

void Instances::tell_access() {
  std::map<std::string, json> before;
  before.swap(told_access_);
  for (const auto& [profile, access] : access_.all()) {
    const auto found = running_.find(profile);
    if (found == running_.end()) continue;
    auto message = access_message(found->second, access);
    const auto known = before.find(profile);
    if (known == before.end() || known->second != message) tell_(message);
    told_access_[profile] = std::move(message);
  }
}

std::optional<bool> Instances::grants(const std::string& profile,
                                      const std::string& origin) const {
  if (!access_.all().contains(profile)) return std::nullopt;
  const auto& permissions = access_.of(profile).grants;
  return std::any_of(
      permissions.begin(), permissions.end(), [&](const json& permission) {
        return origin_of(provider::grant_of(permission)) == origin;
      });
}

asio::awaitable<void> Instances::stop() {
  stopped_ = true;
  watch_.reset();
  return access_.stop();
}

}  // namespace berth::native_host
