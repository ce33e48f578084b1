// Asks running instances how they are, by `berth-talk`: this program does not
// speak to instances itself.
#pragma once

#include <vector>

#include "launcher/listing.h"

namespace berth::launcher {

// Fills in `health` of those that run, and their status from it. Blocks until
// each has answered or its time was up.
[[nodiscard]] Result<void> ask_health(std::vector<Instance>& instances);

}  // namespace berth::launcher
