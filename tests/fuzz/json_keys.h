// Whether a strict reading lost something, asked of a lenient parser.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "tests/fuzz/fuzz.h"

namespace berth::fuzz {

inline std::size_t keys_in(const nlohmann::json& value) {
  std::size_t count = value.is_object() ? value.size() : 0;
  if (value.is_structured())
    for (const auto& child : value) count += keys_in(child);
  return count;
}

// `strict` is what a parser that refuses duplicate keys made of `text`: as many
// keys were written as it has, so that no other reader sees other values.
inline void require_no_key_twice(std::string_view text,
                                 const nlohmann::json& strict) {
  using json = nlohmann::json;
  std::size_t written = 0;
  const auto lenient =
      json::parse(text, [&](int, json::parse_event_t event, json&) {
        written += event == json::parse_event_t::key;
        return true;
      });
  require(lenient == strict);
  require(written == keys_in(strict));
}

}  // namespace berth::fuzz
