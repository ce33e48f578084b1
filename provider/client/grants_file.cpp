#include "provider/client/grants_file.h"

#include <nlohmann/json.hpp>

#include "registry/base/files.h"
#include "registry/base/strict_json.h"
#include "registry/claim.h"

namespace berth::provider {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;  // as it is written

std::filesystem::path grants_file(const Paths& paths, const std::string& name) {
  return paths.data_of(name) / "grants.json";
}

Error damaged(const std::filesystem::path& file, const std::string& name) {
  return {Errc::failed, "grants are damaged: " + file.string(),
          "they are set aside at: berth start " + name};
}

// {"grants":[permission...]}; the same without any where there is no file.
Result<json> read_grants(const Paths& paths, const std::string& name) {
  const auto file = grants_file(paths, name);
  const auto text = read_file(file, kMaxFileBytes);
  if (!text && text.error().code == Errc::not_found)
    return json{{"grants", json::array()}};
  if (!text) return text.error();
  auto parsed = parse_json(*text);
  if (!parsed || !parsed->is_object() || !parsed->contains("grants") ||
      !(*parsed)["grants"].is_array())
    return damaged(file, name);
  return std::move(*parsed);
}

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
  const auto document = read_grants(paths, name);
  if (!document) return document.error();
  auto grants = nlohmann::ordered_json::array();
  for (const auto& permission : (*document)["grants"]) {
    grants.push_back(grant_of(permission));
    if (grants.back().is_null()) return damaged(grants_file(paths, name), name);
  }
  return grants;
}

Result<bool> forget_grant(const Paths& paths, const std::string& name,
                          const std::string& origin) {
  const auto claim = registry::Claim::take_whole(paths.claim_of(name));
  if (!claim) return claim.error();
  auto document = read_grants(paths, name);
  if (!document) return document.error();
  auto& grants = (*document)["grants"];
  auto kept = json::array();
  for (const auto& permission : grants)
    if (!permission.is_object() ||
        permission.value("invoker", json()) != origin)
      kept.push_back(permission);
  if (kept.size() == grants.size()) return false;
  grants = std::move(kept);
  const auto written =
      replace_file(grants_file(paths, name), document->dump(2) + "\n");
  if (!written) return written.error();
  return true;
}

}  // namespace berth::provider
