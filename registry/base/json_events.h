// Reads JSON a value at a time, without building a tree of it. Boost.JSON's
// parser, in the interface of nlohmann's: it takes a third of the time.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace berth {

using JsonEvents = nlohmann::json::json_sax_t;

// Tells `events` what stands in `text`, which is one RFC 8259 value in valid
// UTF-8 and at most 512 levels deep. Returns the offset of the first byte that
// is not; nullopt where all was told, and where a handler answered false: it
// knows why. Never calls parse_error(). Any thread; throws what `events` does.
[[nodiscard]] std::optional<std::size_t> read_json(std::string_view text,
                                                   JsonEvents& events);

}  // namespace berth
