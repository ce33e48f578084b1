#include "launcher/instance_requests.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "launcher/ask_talk.h"
#include "launcher/listing.h"

namespace berth::launcher {
namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string()
             ? found->get<std::string>()
             : std::string();
}

}  // namespace

Result<std::vector<std::string>> running_names(const Paths& paths) {
  auto instances = list_instances(paths, Which::active);
  if (!instances) return instances.error();
  std::vector<std::string> names;
  for (const auto& instance : *instances)
    if (is_alive(instance) && instance.record) names.push_back(instance.name);
  return names;
}

Result<json> ask_instances(const InstanceRequest& request,
                           const std::vector<std::string>& names) {
  if (names.empty()) return json::object();
  std::vector<std::string> arguments{"request", request.verb, request.target,
                                     request.body};
  arguments.insert(arguments.end(), names.begin(), names.end());
  return ask_talk(arguments);
}

Result<json> body_of(const json& answers, const std::string& name) {
  const json answer = answers.value(name, json());
  if (!answer.is_object()) return strange_answer("nothing about " + name);
  if (answer.contains("error"))
    return Error{Errc::failed, text_of(answer, "error"),
                 text_of(answer, "hint")};
  const json body = answer.value("body", json());
  const int status = answer.value("status", 0);
  if (!body.is_object()) return strange_answer(answer.dump());
  if (status / 100 == 2) return body;
  return Error{status == 404 ? Errc::not_found : Errc::failed,
               text_of(body, "error") + ": " + name};
}

}  // namespace berth::launcher
