// What can be spoken to: an instance that runs and whose record can be read.
// Pure; any thread.
#pragma once

#include <string>

#include "registry/base/result.h"
#include "registry/entry.h"

namespace berth::registry {

// Errc::not_found; the hint says how to start it.
[[nodiscard]] Error not_running(const std::string& name);

// The record of `found`, looked up as `name`. Errc::not_found: it does not run;
// where it crashed, the message says so. Errc::failed: its record cannot be
// used.
[[nodiscard]] Result<Record> running(const Result<Entry>& found,
                                     const std::string& name);

}  // namespace berth::registry
