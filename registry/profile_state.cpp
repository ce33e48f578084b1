#include "registry/profile_state.h"

#include <nlohmann/json.hpp>

#include "registry/base/files.h"
#include "registry/base/strict_json.h"

namespace berth::registry {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxBytes = 64 * 1024;

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
}

const char* to_string(ProfileState::Want want) {
  switch (want) {
    case ProfileState::Want::running:
      return "running";
    case ProfileState::Want::stopped:
      return "stopped";
    case ProfileState::Want::unknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace

ProfileState read_profile_state(const std::filesystem::path& file) {
  ProfileState state;
  auto text = read_file(file, kMaxBytes);
  if (!text) return state;
  auto parsed = parse_json(*text);
  if (!parsed || !parsed->is_object()) return state;
  const json& object = *parsed;
  const std::string want = text_at(object, "want");
  if (want == "running") state.want = ProfileState::Want::running;
  if (want == "stopped") state.want = ProfileState::Want::stopped;
  if (auto port = object.find("last_port");
      port != object.end() && port->is_number_unsigned() && *port <= 65535)
    state.last_port = port->get<std::uint16_t>();
  if (auto starts = object.find("recent_starts");
      starts != object.end() && starts->is_array())
    for (const auto& start : *starts)
      if (start.is_string()) state.recent_starts.push_back(start);
  state.failed_reason = text_at(object, "failed_reason");
  return state;
}

Result<void> write_profile_state(const std::filesystem::path& file,
                                 const ProfileState& state) {
  if (auto made = make_private_directory(file.parent_path()); !made)
    return made;
  json object{{"want", to_string(state.want)},
              {"last_port", state.last_port},
              {"recent_starts", state.recent_starts}};
  if (!state.failed_reason.empty())
    object["failed_reason"] = state.failed_reason;
  // A reason may quote what a program printed, which need not be UTF-8.
  const auto text =
      object.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
  // Not synced: a power cut costs a habit here, the disk every start.
  return replace_file(file, text, Durability::not_synced);
}

}  // namespace berth::registry
