#include "server/access/grants.h"

#include <nlohmann/json.hpp>

#include "registry/base/encoding.h"
#include "registry/base/files.h"
#include "registry/base/log.h"
#include "registry/base/origin.h"
#include "registry/base/random.h"
#include "registry/base/strict_json.h"
#include "registry/base/text.h"
#include "server/permissions.h"

namespace berth::server {
namespace {

using nlohmann::json;

std::optional<Accounts> accounts_in(const json& list) {
  if (!list.is_array() || list.empty()) return std::nullopt;
  Accounts accounts;
  for (const auto& item : list) {
    if (!item.is_string()) return std::nullopt;
    accounts.push_back(canonical_account(item.get_ref<const std::string&>()));
    if (accounts.back().empty()) return std::nullopt;
  }
  return accounts;
}

// One permission as list() writes it.
struct Read {
  std::string origin;
  Accounts accounts;
  WallTime granted_at;
};

std::optional<Read> read_permission(const json& permission) {
  if (!permission.is_object()) return std::nullopt;
  const auto text = [&](const char* key) {
    const auto found = permission.find(key);
    return found != permission.end() && found->is_string()
               ? found->get<std::string>()
               : std::string();
  };
  const std::string origin = text("invoker");
  const auto granted_at = from_rfc3339(text("granted_at"));
  const json::json_pointer value("/caveats/0/value");
  if (!is_origin(origin) || is_loopback_origin(origin) ||
      !granted_at || !permission.contains(value))
    return std::nullopt;
  auto accounts = accounts_in(permission.at(value));
  // Anything else in it would be forgotten at the next write.
  if (!accounts ||
      permission.value("parentCapability", json()) != "eth_accounts" ||
      permission.at("caveats") != permissions_for(*accounts)[0].at("caveats"))
    return std::nullopt;
  return Read{origin, std::move(*accounts), *granted_at};
}

}  // namespace

std::string canonical_account(std::string_view text) {
  if (text.size() != 42 || !text.starts_with("0x")) return {};
  const auto bytes = hex_decode(text.substr(2));
  return bytes ? "0x" + hex_encode(*bytes) : std::string();
}

Grants::Grants(std::filesystem::path file, Timers& timers, Changes& changes)
    : file_(std::move(file)), timers_(timers), changes_(changes) {}

Result<void> Grants::load() {
  auto text = read_file(file_, kMaxFileBytes);
  if (!text && text.error().code == Errc::not_found) return {};
  if (!text && text.error().code != Errc::invalid) return text.error();
  auto taken = text ? take(*text) : Result<void>(text.error());
  if (taken) return {};
  grants_.clear();
  return move_aside(taken.error());
}

Result<void> Grants::take(const std::string& text) {
  const auto parsed = parse_json(text);
  if (!parsed) return parsed.error();
  const auto wrong = [](const std::string& what) {
    return Error{Errc::invalid, what};
  };
  if (!parsed->is_object() || parsed->size() != 1 ||
      !parsed->contains("grants") || !(*parsed)["grants"].is_array())
    return wrong("no list of grants");
  for (const auto& item : (*parsed)["grants"]) {
    auto read = read_permission(item);
    if (!read) return wrong("no permission: " + item.dump());
    Grant grant{std::move(read->accounts), read->granted_at, true, {}};
    if (!grants_.emplace(read->origin, std::move(grant)).second)
      return wrong("granted twice: " + read->origin);
  }
  return {};
}

Result<void> Grants::move_aside(const Error& damage) {
  auto aside = file_;
  aside += ".damaged-" + random_label();
  std::error_code error;
  std::filesystem::rename(file_, aside, error);
  if (error)
    return errno_error(error.value(), "cannot move aside " + file_.string());
  log::error("grants are damaged, no page is granted anything: " +
             file_.string() + " (" + damage.message + "); it is kept as " +
             aside.string());
  return {};
}

Accounts Grants::accounts(const std::string& origin) const {
  const auto found = grants_.find(origin);
  return found == grants_.end() ? Accounts() : found->second.accounts;
}

Result<void> Grants::grant(const std::string& origin, Accounts accounts) {
  if (!is_origin(origin))
    return Error{Errc::invalid, "no origin: " + visible(origin),
                 "give scheme, host and port: https://app.example"};
  for (auto& account : accounts) account = canonical_account(account);
  if (accounts.empty() ||
      std::find(accounts.begin(), accounts.end(), "") != accounts.end())
    return Error{Errc::invalid, "no accounts to grant: " + origin};
  const bool remembered = !is_loopback_origin(origin);
  Grant next{std::move(accounts), std::chrono::system_clock::now(),
             remembered, {}};
  if (!remembered)
    next.end = timers_.after(kLoopbackLife, [this, origin] {
      // By value: the alarm goes with the grant.
      const std::string ended = origin;
      grants_.erase(ended);
      log::info("grant has ended: " + ended);
      changed(ended);
    });
  auto before = grants_.extract(origin);
  grants_.emplace(origin, std::move(next));
  auto ok = check_size();
  if (ok && remembered) ok = write();
  if (!ok) {
    grants_.erase(origin);
    if (before) grants_.insert(std::move(before));
    return ok;
  }
  changed(origin);
  return {};
}

Result<bool> Grants::revoke(const std::string& origin) {
  auto taken = grants_.extract(origin);
  if (!taken) return false;
  auto ok = taken.mapped().remembered ? write() : Result<void>();
  changed(origin);
  if (ok) return true;
  return Error{ok.error().code,
               "revoked until the next start only: " + ok.error().message,
               ok.error().hint};
}

json Grants::list() const {
  json all = json::array();
  for (const auto& [origin, grant] : grants_) {
    json permission = permissions_for(grant.accounts)[0];
    permission["invoker"] = origin;
    permission["granted_at"] = to_rfc3339(grant.granted_at);
    permission["remembered"] = grant.remembered;
    all.push_back(std::move(permission));
  }
  return all;
}

// Also of those that are not written.
Result<void> Grants::check_size() const {
  if (list().dump(2).size() <= kMaxFileBytes) return {};
  return Error{Errc::no_space, "too many grants: " + file_.string(),
               "revoke some: berth grants, berth revoke NAME ORIGIN"};
}

Result<void> Grants::write() const {
  json remembered = json::array();
  for (auto& permission : list()) {
    if (!permission["remembered"]) continue;
    permission.erase("remembered");
    remembered.push_back(std::move(permission));
  }
  return replace_file(file_, json{{"grants", remembered}}.dump(2) + "\n");
}

void Grants::changed(const std::string& origin) {
  changes_.bump();
  if (on_change_) on_change_(origin);
}

}  // namespace berth::server
