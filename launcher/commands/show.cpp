#include <nlohmann/json.hpp>

#include "launcher/commands/commands.h"
#include "launcher/default_name.h"
#include "launcher/listing.h"
#include "launcher/log_tail.h"
#include "launcher/profile_store.h"
#include "provider/client/grants_file.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLastLines = 10;

Outcome<Instance> find(const std::string& given, const Context& context) {
  auto name = resolve_name(context.paths, context.environment, given);
  if (!name) return name.error();
  return find_instance(context.paths, *name);
}

// Only what runs has an endpoint that may be used.
Outcome<Instance> find_running(const std::string& given,
                               const Context& context) {
  auto instance = find(given, context);
  if (!instance || (is_alive(*instance) && instance->record)) return instance;
  return Failure(Exit::not_running,
                 {Errc::not_found,
                  std::string("not running (") + to_string(instance->status) +
                      "): " + instance->name,
                  "start it: berth start " + instance->name});
}

// How the last run ended, of what crashed or failed, and its last words.
void add_end(Json& json, const Instance& instance, const Paths& paths) {
  if (instance.status != Status::crashed && instance.status != Status::failed)
    return;
  json["last_exit"] =
      instance.last_exit.empty() ? "unknown" : instance.last_exit;
  json["last_lines"] = Json::array();
  if (const auto lines = last_lines(paths.log_file(instance.name), kLastLines))
    for (const auto& line : *lines) json["last_lines"].push_back(visible(line));
}

Json whole_json(const Instance& instance, bool reveal_token,
                const Context& context) {
  const auto& paths = context.paths;
  const std::string& name = instance.name;
  Json json = to_json(instance);
  json["directories"] = {{"config", paths.config.string()},
                         {"data", paths.data_of(name).string()},
                         {"state", paths.state.string()},
                         {"registry", paths.registry.string()}};
  json["log"] = paths.log_file(name).string();
  auto profile = ProfileStore(paths).load(name);
  json["restart"] = profile ? Json(to_string(profile->restart)) : Json(nullptr);
  const auto grants = provider::remembered_grants(paths, name);
  json["grants"] = grants ? *grants : Json(nullptr);
  if (!instance.problem.empty()) json["problem"] = instance.problem;
  add_end(json, instance, paths);
  if (reveal_token)
    json["token"] = instance.record && !instance.record->token.empty()
                        ? Json(instance.record->token)
                        : Json(nullptr);
  return json;
}

// "key          value", nested ones as "directories.data".
void print(const Json& json, const std::string& prefix,
           const Console& console) {
  for (const auto& [key, value] : json.items()) {
    if (value.is_null()) continue;
    if (value.is_object()) {
      print(value, prefix + key + ".", console);
      continue;
    }
    if (value.is_array()) {
      for (const auto& item : value) print({{key, item}}, prefix, console);
      continue;
    }
    std::string label = prefix + key;
    label.resize(std::max<std::size_t>(label.size(), 20), ' ');
    console.line(
        label + "  " +
        visible(value.is_string() ? value.get<std::string>() : value.dump()));
  }
}

}  // namespace

int show(const ShowOptions& options, Context& context) {
  const auto& console = context.console;
  auto instance = find(options.name, context);
  if (!instance) return console.fail(instance.error());
  const Json json = whole_json(*instance, options.reveal_token, context);
  if (options.json) {
    console.line(json.dump(2, ' ', true));
  } else {
    print(json, "", console);
  }
  return 0;
}

int port(const std::string& name, Context& context) {
  auto instance = find_running(name, context);
  if (!instance) return context.console.fail(instance.error());
  context.console.line(std::to_string(instance->record->endpoint.port));
  return 0;
}

int url(const std::string& name, Context& context) {
  auto instance = find_running(name, context);
  if (!instance) return context.console.fail(instance.error());
  context.console.line(url_of(instance->record->endpoint));
  return 0;
}

}  // namespace berth::launcher
