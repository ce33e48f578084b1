// Pieces of JSON as they were written: a number that went through a double
// does not always come back the same. For texts that parse_json() accepts.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace berth::server {

// The elements of an array, without the blanks around them.
[[nodiscard]] std::vector<std::string_view> raw_elements(
    std::string_view array);

// The value of an object's member. nullopt: no such member, or its key is
// written with escapes.
[[nodiscard]] std::optional<std::string_view> raw_member(
    std::string_view object, std::string_view key);

}  // namespace berth::server
