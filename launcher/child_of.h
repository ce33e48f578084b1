// The program that a record's publisher keeps company, as its `extra` says
// (server/command/companion.cpp). Any thread.
#pragma once

#include <sys/types.h>

#include "registry/record.h"

namespace berth::launcher {

// Its pid; 0: there is none.
[[nodiscard]] pid_t child_of(const registry::Record& record);

}  // namespace berth::launcher
