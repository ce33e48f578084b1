// The fields of a record by their key. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "registry/c/border.h"
#include "registry/record.h"

namespace berth::c {

// "" sets the default. BERTH_INVALID as berth_record_set_text() says.
[[nodiscard]] Outcome<void> set_text(registry::Record& record, berth_key key,
                                     std::string_view text);
[[nodiscard]] Outcome<void> set_number(registry::Record& record, berth_key key,
                                       std::int64_t number);

// "" and 0 for a key of the other type, or of none.
[[nodiscard]] const char* text_of(const registry::Record& record,
                                  berth_key key);
[[nodiscard]] std::int64_t number_of(const registry::Record& record,
                                     berth_key key);

}  // namespace berth::c
