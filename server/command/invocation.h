// How a program of the user's is called. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "registry/base/result.h"
#include "server/settings.h"

namespace berth::server {

// `settings.command->argv` with {port}, {name} and {data_dir} filled in,
// wherever they stand; never seen by a shell.
[[nodiscard]] std::vector<std::string> arguments_for(const Settings& settings,
                                                     std::uint16_t port);

// This process's environment without what a service manager meant for this
// process alone, and BERTH_NAME, BERTH_PORT, BERTH_DATA_DIR, BERTH_REGISTRY,
// BERTH_STARTED_BY and BERTH_LABEL.
[[nodiscard]] std::vector<std::string> environment_for(const Settings& settings,
                                                       std::uint16_t port);

// Where the program is: itself where it is a path, else the first of its name
// that can be executed in the absolute directories of `path`, as PATH lists
// them. Errc::not_found.
[[nodiscard]] Result<std::string> program_path(const std::string& program,
                                               std::string_view path);

// The program's name without its path, as long as a record may have it.
[[nodiscard]] std::string program_name(const Settings& settings);

}  // namespace berth::server
