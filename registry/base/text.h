// Text that comes from outside.
#pragma once

#include <string>
#include <string_view>

namespace berth {

[[nodiscard]] bool is_utf8(std::string_view text);

// `text` fit for a terminal or a log line: control characters, escapes, bidi
// overrides, zero-width and other format characters become \n, \x1b, \u202e,
// ...; bytes that are no UTF-8 become \xNN. The rest stays as it is.
[[nodiscard]] std::string visible(std::string_view text);

// The same where `text` may be of several lines: newlines stay.
[[nodiscard]] std::string visible_lines(std::string_view text);

// How `text` begins, visible(), for a message that quotes what may be long.
[[nodiscard]] std::string excerpt(std::string_view text);

// Columns of a terminal that `text` (UTF-8) takes.
[[nodiscard]] std::size_t display_width(std::string_view text);

// 1 to 63 of a-z 0-9 - _ . that start with a letter or a digit.
[[nodiscard]] bool is_profile_name(std::string_view name);

// The rule above in words, for error messages.
inline constexpr std::string_view kProfileNameRule =
    "a name is 1 to 63 of a-z 0-9 - _ . and starts with a letter or digit";

}  // namespace berth
