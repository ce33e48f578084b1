#include <nlohmann/json.hpp>

#include "launcher/commands/commands.h"
#include "launcher/instance_requests.h"
#include "launcher/listing.h"
#include "launcher/profile_store.h"
#include "launcher/table.h"
#include "provider/client/grants_file.h"
#include "registry/base/encoding.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

using Json = nlohmann::ordered_json;

// Those of a running instance, loopback origins too.
Result<Json> living_grants(const std::string& name) {
  auto answers = ask_instances({"GET", "/v1/grants", ""}, {name});
  if (!answers) return answers.error();
  auto body = body_of(*answers, name);
  if (!body) return body.error();
  auto grants = Json::array();
  for (const auto& permission :
       body->value("grants", nlohmann::json::array())) {
    grants.push_back(provider::grant_of(permission));
    if (grants.back().is_null()) grants.erase(grants.size() - 1);
  }
  return grants;
}

bool runs(const Instance& instance) {
  return is_alive(instance) && instance.record;
}

// With the profile's name in front of each.
Result<Json> grants_of(const Instance& instance, const Context& context) {
  auto grants = runs(instance)
                    ? living_grants(instance.name)
                    : provider::remembered_grants(context.paths, instance.name);
  if (!grants) return grants;
  auto named = Json::array();
  for (const auto& grant : *grants) {
    Json whole{{"name", instance.name}};
    whole.update(grant);
    named.push_back(std::move(whole));
  }
  return named;
}

std::string text_of(const Json& value) {
  if (value.is_string()) return visible(value.get<std::string>());
  std::string text;
  for (const auto& item : value)
    text += (text.empty() ? "" : " ") + text_of(item);
  return text;
}

std::string table_of(const Json& grants, const Console& console) {
  std::vector<std::vector<Cell>> rows;
  for (const auto& grant : grants)
    rows.push_back({{text_of(grant["name"])},
                    {text_of(grant["origin"])},
                    {grant["remembered"] == true ? "yes" : "no"},
                    {text_of(grant["accounts"])}});
  return render_table({{"NAME", 7}, {"ORIGIN"}, {"KEPT"}, {"ACCOUNTS"}}, rows,
                      console);
}

// False: it had none.
Outcome<bool> revoke_living(const RevokeOptions& options) {
  const std::string target =
      "/v1/grants?origin=" + percent_encode(options.origin);
  auto answers = ask_instances({"DELETE", target, ""}, {options.name});
  if (!answers) return answers.error();
  auto body = body_of(*answers, options.name);
  if (body) return true;
  if (body.error().code == Errc::not_found) return false;
  return body.error();
}

Outcome<bool> revoke_remembered(const RevokeOptions& options,
                                const Paths& paths) {
  auto forgotten = provider::forget_grant(paths, options.name, options.origin);
  if (forgotten) return *forgotten;
  if (forgotten.error().code == Errc::already_running)
    return in_use(paths, options.name);
  return forgotten.error();
}

Outcome<std::vector<Instance>> which(const std::string& name,
                                     const Context& context) {
  if (name.empty()) {
    auto all = list_instances(context.paths, Which::all);
    if (!all) return all.error();
    return std::move(*all);
  }
  auto one = find_instance(context.paths, name);
  if (!one) return one.error();
  return std::vector<Instance>{std::move(*one)};
}

}  // namespace

int grants(const GrantsOptions& options, Context& context) {
  const auto& console = context.console;
  auto instances = which(options.name, context);
  if (!instances) return console.fail(instances.error());
  int code = 0;
  auto all = Json::array();
  for (const auto& instance : *instances) {
    auto grants = grants_of(instance, context);
    if (!grants) {
      code = console.fail(grants.error());
      continue;
    }
    for (auto& grant : *grants) all.push_back(std::move(grant));
  }
  if (options.json) {
    console.line(all.dump(2, ' ', true));
  } else {
    console.write(table_of(all, console));
  }
  return code;
}

int revoke(const RevokeOptions& options, Context& context) {
  const auto& console = context.console;
  auto instance = find_instance(context.paths, options.name);
  if (!instance) return console.fail(instance.error());
  auto revoked = runs(*instance) ? revoke_living(options)
                                 : revoke_remembered(options, context.paths);
  if (!revoked) return console.fail(revoked.error());
  if (*revoked) return 0;
  return console.fail(Error{Errc::failed,
                            "not granted anything: " + visible(options.origin),
                            "see: berth grants " + options.name});
}

}  // namespace berth::launcher
