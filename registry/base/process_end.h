// The end of a process, awaited. One thread.
#pragma once

#include "registry/base/async.h"
#include "registry/base/process.h"

namespace berth {

// Completes once it has ended (true), or when cancelled (false). A child stays
// to be reaped.
[[nodiscard]] asio::awaitable<bool> process_end(ProcessHandle process);

}  // namespace berth
