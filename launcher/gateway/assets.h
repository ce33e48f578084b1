// The files of assets/, as they are in the program.
#pragma once

#include <span>
#include <string_view>

namespace berth::launcher {

struct Asset {
  std::string_view name;  // "pick.js"
  std::string_view content_type;
  std::string_view body;
};

// In no order.
[[nodiscard]] std::span<const Asset> all_assets();

// The one of that name. It must exist.
[[nodiscard]] std::string_view asset(std::string_view name);

}  // namespace berth::launcher
