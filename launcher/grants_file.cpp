#include "launcher/grants_file.h"

#include <nlohmann/json.hpp>

#include "registry/base/files.h"
#include "registry/base/strict_json.h"

namespace berth::launcher {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;  // as it is written

}  // namespace

nlohmann::ordered_json grant_of(const json& permission) {
  const json::json_pointer accounts("/caveats/0/value");
  if (!permission.is_object() || !permission.contains("invoker") ||
      !permission.contains(accounts))
    return nullptr;
  return {{"origin", permission.at("invoker")},
          {"accounts", permission.at(accounts)},
          {"granted_at", permission.value("granted_at", json())},
          {"remembered", permission.value("remembered", json(true))}};
}

Result<nlohmann::ordered_json> remembered_grants(const Paths& paths,
                                                 const std::string& name) {
  const auto file = paths.data_of(name) / "grants.json";
  auto grants = nlohmann::ordered_json::array();
  const auto text = read_file(file, kMaxFileBytes);
  if (!text && text.error().code == Errc::not_found) return grants;
  if (!text) return text.error();
  const auto parsed = parse_json(*text);
  const Error damaged{Errc::failed, "grants are damaged: " + file.string(),
                      "they are set aside at: berth start " + name};
  if (!parsed || !parsed->is_object() || !parsed->contains("grants"))
    return damaged;
  for (const auto& permission : (*parsed)["grants"]) {
    grants.push_back(grant_of(permission));
    if (grants.back().is_null()) return damaged;
  }
  return grants;
}

}  // namespace berth::launcher
