// The table of `berth list`.
#pragma once

#include <string>
#include <vector>

#include "launcher/console.h"
#include "launcher/listing.h"

namespace berth::launcher {

// `wide`: memory, connections, health and started by as well.
[[nodiscard]] std::string list_table(const std::vector<Instance>& instances,
                                     bool wide, const Console& console);

}  // namespace berth::launcher
