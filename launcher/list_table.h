// The table of `berth list`.
#pragma once

#include <string>
#include <vector>

#include "launcher/console.h"
#include "launcher/listing.h"

namespace berth::launcher {

struct TableColumns {
  bool wide = false;  // memory, connections, health and started by as well
  bool mdns = false;  // the mDNS record
};

[[nodiscard]] std::string list_table(const std::vector<Instance>& instances,
                                     TableColumns more, const Console& console);

}  // namespace berth::launcher
