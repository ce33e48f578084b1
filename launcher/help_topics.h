// What `berth help TOPIC` says beside the commands. The manual page has it too.
#pragma once

#include <span>

namespace berth::launcher {

struct HelpTopic {
  const char* name;   // as it is asked for
  const char* title;  // of its section in berth(1)
  const char* text;   // of the shape that roff.h reads
};

[[nodiscard]] std::span<const HelpTopic> help_topics();

}  // namespace berth::launcher
