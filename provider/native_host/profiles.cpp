#include "provider/native_host/profiles.h"

#include "provider/client/berth_program.h"
#include "provider/client/grants_file.h"
#include "provider/client/page_info.h"
#include "registry/base/log.h"
#include "registry/base/strict_json.h"

namespace berth::native_host {
namespace {

using nlohmann::json;
using provider::Looks;

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
}

// What `berth ARGUMENTS --json` prints: objects with a `name`.
asio::awaitable<Result<json>> list_of(TaskGroup& tasks,
                                      std::vector<std::string> arguments) {
  arguments.push_back("--json");
  auto printed = co_await provider::run_berth(tasks, std::move(arguments));
  if (!printed) co_return printed.error();
  auto list = parse_json(*printed);
  if (!list) co_return list.error();
  co_return std::move(*list);
}

using LooksByName = std::map<std::string, Looks>;

// Of the profiles, then of what runs.
LooksByName all_looks(const json& profiles,
                      const Result<std::vector<registry::Record>>& running) {
  LooksByName looks;
  for (const auto& profile : profiles) {
    const auto name = text_of(profile, "name");
    looks[name] = {name, text_of(profile, "label"), text_of(profile, "title"),
                   text_of(profile, "color"), text_of(profile, "icon")};
  }
  if (running)
    for (const auto& record : *running)
      looks[record.name] = provider::looks_of(record);
  return looks;
}

// What a running one says, else what is remembered.
bool is_granted(const ActContext& context, const Instances& instances,
                const std::string& profile, const std::string& origin) {
  if (const auto told = instances.grants(profile, origin)) return *told;
  const auto remembered = provider::remembered_grants(context.paths, profile);
  if (!remembered) {
    log::warn(remembered.error().message);
    return false;
  }
  for (const auto& grant : *remembered)
    if (grant.at("origin") == origin) return true;
  return false;
}

}  // namespace

asio::awaitable<Answer> profiles(ActContext context, const Instances& instances,
                                 json message) {
  std::string origin;
  if (message.contains("origin")) {
    auto fields = read_fields(message, {"origin"});
    if (!fields) co_return Refusal(fields.error());
    origin = fields->at("origin");
  }
  std::vector<std::string> all{"list", "--all"};
  auto listed = co_await list_of(context.tasks, std::move(all));
  if (!listed) co_return Refusal(listed.error());
  std::vector<std::string> stored{"profile", "list"};
  auto known = co_await list_of(context.tasks, std::move(stored));
  // One that is damaged is in the list without its looks.
  if (!known) log::warn(known.error().message);
  const auto looks =
      all_looks(known ? *known : json::array(), context.directory.records());
  json list = json::array();
  for (const auto& item : *listed) {
    const auto name = text_of(item, "name");
    const auto found = looks.find(name);
    const Looks shown =
        found == looks.end() ? Looks{name, "", "", "", ""} : found->second;
    list.push_back(provider::info_for_person(
        shown, item, origin, is_granted(context, instances, name, origin)));
  }
  json answer{{"type", "profiles"}};
  answer["profiles"] = std::move(list);
  co_return answer;
}

}  // namespace berth::native_host
