// Which instance a command means that takes one NAME. Blocking; any thread.
#pragma once

#include <string>

#include "launcher/failure.h"
#include "registry/paths.h"

namespace berth::launcher {

// `given`, else $BERTH_NAME, else what `berth use` chose, else the only one
// that runs. Exit::usage: no profile name, or several run; not_running: none.
[[nodiscard]] Outcome<std::string> resolve_name(const Paths& paths,
                                                const Environment& environment,
                                                const std::string& given);

// Exit::usage, with the rule. `name` is whatever was typed.
[[nodiscard]] Outcome<void> check_name(const std::string& name);

}  // namespace berth::launcher
