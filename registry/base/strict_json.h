// JSON from outside: RFC 8259, with what a permissive parser lets through
// refused: duplicate keys, deep nesting, invalid UTF-8, numbers that overflow.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "registry/base/result.h"

namespace berth {

// Errc::invalid; the message starts with "line L, column C: ".
[[nodiscard]] Result<nlohmann::json> parse_json(std::string_view text,
                                                std::size_t max_depth = 32);

}  // namespace berth
