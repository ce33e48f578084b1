// Starting berthd, for `berth up` and `berth start`. Blocking for an exec; any
// thread.
#pragma once

#include "launcher/instance_spawn.h"

namespace berth::launcher {

// Runs the berthd beside this program, detached, with its log in @berthd.log.
// Where one runs already, the new one says so on its ready pipe and ends.
[[nodiscard]] Outcome<Spawned> spawn_manager(const Paths& paths);

}  // namespace berth::launcher
