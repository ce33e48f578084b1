#include "launcher/mdns_view.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "launcher/ask_talk.h"

namespace berth::launcher {
namespace {

using nlohmann::json;

MdnsView parse_view(const json& answer) {
  MdnsView view{
      answer.at("backend"), answer.at("state"), answer.at("reason"), {}};
  for (const auto& item : answer.at("records"))
    view.records.push_back(
        {item.at("name"), item.at("port"), item.at("id"), item.at("problem")});
  return view;
}

Instance* running_with_id(std::vector<Instance>& instances,
                          const std::string& id) {
  const auto found =
      std::find_if(instances.begin(), instances.end(), [&](const auto& one) {
        return one.mdns && one.record && one.record->id == id;
      });
  return found == instances.end() ? nullptr : &*found;
}

// Why nobody stands behind `record`; "": it was joined.
std::string judge(const MdnsRecord& record, std::vector<Instance>& instances) {
  if (!record.problem.empty()) return record.problem;
  Instance* instance = running_with_id(instances, record.id);
  if (instance == nullptr) return "no running instance of yours has its id";
  const std::string claim = "claims to be " + instance->name;
  const auto port = instance->record->endpoint.port;
  if (record.port != port)
    return claim + ", whose port is " + std::to_string(port);
  if (!instance->mdns->empty())
    return claim + ", as " + *instance->mdns + " does";
  instance->mdns = record.name;
  return "";
}

}  // namespace

Result<MdnsView> ask_mdns() {
  auto answer = ask_talk({"mdns", "--json"});
  if (!answer) return answer.error();
  try {
    return parse_view(*answer);
  } catch (const json::exception& error) {
    return strange_answer(error.what());
  }
}

std::vector<ForeignRecord> join_mdns(const MdnsView& view,
                                     std::vector<Instance>& instances) {
  if (!view.looked()) return {};
  for (auto& instance : instances)
    if (is_alive(instance)) instance.mdns = "";
  // Of two that claim the same instance, the one with its name comes first. It
  // is for show: both lead to where the registry leads.
  auto records = view.records;
  std::stable_partition(records.begin(), records.end(), [](const auto& one) {
    return one.name.starts_with("berth-" + one.id.substr(0, 8));
  });
  std::vector<ForeignRecord> foreign;
  for (const auto& record : records)
    if (auto why = judge(record, instances); !why.empty())
      foreign.push_back({record, std::move(why)});
  return foreign;
}

nlohmann::ordered_json to_json(const ForeignRecord& foreign) {
  nlohmann::ordered_json json = to_json(Instance{});
  json["name"] = nullptr;
  json["status"] = to_string(Status::unknown);
  json["mdns"] = {{"status", "foreign"},
                  {"name", foreign.record.name},
                  {"port", foreign.record.port},
                  {"id", foreign.record.id},
                  {"problem", foreign.why}};
  return json;
}

}  // namespace berth::launcher
