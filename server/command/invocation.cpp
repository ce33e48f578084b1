#include "server/command/invocation.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "registry/base/programs.h"

namespace berth::server {
namespace {

// Of a record's software (registry/README.md).
constexpr std::size_t kMaxName = 64;

// sd_notify(3), sd_watchdog_enabled(3), sd_listen_fds(3); and ours, which are
// set anew.
bool is_meant_for_us(const std::string& variable) {
  constexpr std::array<std::string_view, 4> kPrefixes{
      "NOTIFY_SOCKET=", "WATCHDOG_", "LISTEN_", "BERTH_"};
  return std::any_of(kPrefixes.begin(), kPrefixes.end(),
                     [&](auto prefix) { return variable.starts_with(prefix); });
}

// One pass: what is filled in is not looked at again.
std::string filled(std::string_view text, const Settings& settings,
                   std::uint16_t port) {
  const std::array<std::pair<std::string_view, std::string>, 3> values{
      {{"{port}", std::to_string(port)},
       {"{name}", settings.name},
       {"{data_dir}", settings.data.string()}}};
  std::string out;
  while (!text.empty()) {
    const auto found = std::find_if(
        values.begin(), values.end(),
        [&](const auto& value) { return text.starts_with(value.first); });
    out += found == values.end() ? std::string(1, text[0]) : found->second;
    text.remove_prefix(found == values.end() ? 1 : found->first.size());
  }
  return out;
}

}  // namespace

std::vector<std::string> arguments_for(const Settings& settings,
                                       std::uint16_t port) {
  std::vector<std::string> arguments;
  for (const auto& argument : settings.command->argv)
    arguments.push_back(filled(argument, settings, port));
  return arguments;
}

std::vector<std::string> environment_for(const Settings& settings,
                                         std::uint16_t port) {
  auto variables = whole_environment();
  std::erase_if(variables, is_meant_for_us);
  variables.push_back("BERTH_NAME=" + settings.name);
  variables.push_back("BERTH_PORT=" + std::to_string(port));
  variables.push_back("BERTH_DATA_DIR=" + settings.data.string());
  variables.push_back("BERTH_REGISTRY=" + settings.registry.string());
  variables.push_back(std::string("BERTH_STARTED_BY=") +
                      to_string(settings.started_by));
  variables.push_back("BERTH_LABEL=" + settings.label);
  return variables;
}

Result<std::string> program_path(const std::string& program,
                                 std::string_view path) {
  if (program.find('/') != std::string::npos) return program;
  while (!path.empty()) {
    const std::string_view directory = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(path.size(), directory.size() + 1));
    // A relative one would mean another place than where the user typed.
    if (!directory.starts_with('/')) continue;
    std::string file = std::string(directory) + "/" + program;
    if (std::filesystem::is_regular_file(file) &&
        ::access(file.c_str(), X_OK) == 0)
      return file;
  }
  return Error{Errc::not_found, "no such program in PATH: " + program};
}

std::string program_name(const Settings& settings) {
  const std::filesystem::path program = settings.command->argv.front();
  const std::string name = program.filename().string();
  std::size_t end = std::min(name.size(), kMaxName);
  // Not in the middle of a character: its other bytes are 10xxxxxx.
  while (end < name.size() && end > 0 && (name[end] & 0xc0) == 0x80) --end;
  return name.substr(0, end);
}

}  // namespace berth::server
