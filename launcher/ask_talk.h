// Asks `berth-talk`, which links what this program does not.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "registry/base/result.h"

namespace berth::launcher {

// Runs `berth-talk ARGUMENTS...` to its end and gives the JSON object that it
// prints. Blocking.
[[nodiscard]] Result<nlohmann::json> ask_talk(
    const std::vector<std::string>& arguments);

// For an object that lacks what was asked for: `what` says where.
[[nodiscard]] Error strange_answer(const std::string& what);

}  // namespace berth::launcher
