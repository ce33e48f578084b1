#include "registry/profile_state.h"

#include <nlohmann/json.hpp>

#include "registry/base/files.h"
#include "registry/base/strict_json.h"
#include "registry/record_reader.h"

namespace berth::registry {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxBytes = 64 * 1024;

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
}

// Milliseconds since the boot.
using Stamp = std::chrono::milliseconds;
// A century: what is beyond cannot be counted in nanoseconds, and is no stamp.
constexpr std::uint64_t kMostStamp = 3'200'000'000'000;

std::vector<ProfileState::Clock::time_point> starts_in(const json& object) {
  std::vector<ProfileState::Clock::time_point> starts;
  const auto found = object.find("recent_starts");
  if (found == object.end() || !found->is_array()) return starts;
  for (const auto& start : *found)
    if (start.is_number_unsigned() && start <= kMostStamp)
      starts.emplace_back(Stamp(start.get<Stamp::rep>()));
  return starts;
}

json stamps_of(const std::vector<ProfileState::Clock::time_point>& starts) {
  json stamps = json::array();
  for (const auto& start : starts)
    stamps.push_back(
        std::chrono::floor<Stamp>(start.time_since_epoch()).count());
  return stamps;
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

void note_start(ProfileState& state, StartedBy by,
                ProfileState::Clock::time_point now) {
  state.want = by == StartedBy::run ? ProfileState::Want::unknown
                                    : ProfileState::Want::running;
  if (by != StartedBy::berthd) {
    state.recent_starts.clear();
    state.failed_reason.clear();
  }
  state.last_exit.clear();
  state.recent_starts.push_back(now);
  if (state.recent_starts.size() > ProfileState::kMaxStarts)
    state.recent_starts.erase(state.recent_starts.begin());
}

bool is_stopped_by_user(const ProfileState& state) {
  return state.want == ProfileState::Want::stopped && state.this_boot;
}

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
  state.this_boot = text_at(object, "boot_id") == current_boot_id();
  if (state.this_boot) state.recent_starts = starts_in(object);
  state.failed_reason = text_at(object, "failed_reason");
  state.last_exit = text_at(object, "last_exit");
  return state;
}

Result<void> write_profile_state(const std::filesystem::path& file,
                                 const ProfileState& state) {
  if (auto made = make_private_directory(file.parent_path()); !made)
    return made;
  json object{{"want", to_string(state.want)},
              {"last_port", state.last_port},
              {"boot_id", current_boot_id()},
              {"recent_starts", stamps_of(state.recent_starts)}};
  if (!state.failed_reason.empty())
    object["failed_reason"] = state.failed_reason;
  if (!state.last_exit.empty()) object["last_exit"] = state.last_exit;
  // A reason may quote what a program printed, which need not be UTF-8.
  const auto text =
      object.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
  // Not synced: a power cut costs a habit here, the disk every start.
  return replace_file(file, text, Durability::not_synced);
}

}  // namespace berth::registry
