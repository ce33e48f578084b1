#include "launcher/manager_record.h"

#include <nlohmann/json.hpp>

#include "registry/base/strict_json.h"

namespace berth::launcher {

using nlohmann::json;

std::string to_json(const ManagerNews& news) {
  json told = json::object();
  for (const auto& [name, one] : news.told) {
    if (told.size() == ManagerNews::kMaxTold) break;
    told[name] = {{"id", one.id}, {"status", one.status}};
  }
  return json{{"health", told}, {"revision", news.revision}}.dump();
}

ManagerNews news_of(const registry::Entry& entry) {
  ManagerNews news;
  if (entry.liveness != registry::Liveness::alive || !entry.record) return news;
  const auto extra = parse_json(entry.record->extra);
  if (!extra || !extra->is_object()) return news;
  try {
    news.revision = extra->at("revision");
    for (const auto& [name, one] : extra->at("health").items())
      news.told[name] = {one.at("id"), one.at("status")};
  } catch (const json::exception&) {
    return {};  // of another version: it tells us nothing
  }
  return news;
}

}  // namespace berth::launcher
