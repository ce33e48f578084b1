// Help texts as manual pages, man(7). Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace berth::launcher {

// Text of one line that stands as it is, wherever roff would see a command.
[[nodiscard]] std::string roff_escaped(std::string_view text);

// A tag in bold, and beside it what it means.
[[nodiscard]] std::string roff_item(std::string_view tag,
                                    std::string_view meaning);

// A text as `--help` prints it. In it, by the shape of a line:
//   Heading:           a section; "Usage" is the synopsis, what follows it the
//                      description
//   tag  what it is    two spaces or more between; goes on in deeper lines
//     indented         a line that stays one
//   anything else      paragraphs, with an empty line between
[[nodiscard]] std::string roff_of_text(std::string_view text);

// The title line of the page NAME(SECTION).
[[nodiscard]] std::string roff_title(std::string_view name, int section);

// A section's heading, in capitals.
[[nodiscard]] std::string roff_heading(std::string_view title);

}  // namespace berth::launcher
