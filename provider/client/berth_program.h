// Has `berth` do what a person asks for where no terminal is: one way to start
// and stop, whoever asks. One thread.
#pragma once

#include <string>
#include <vector>

#include "registry/base/async.h"
#include "registry/base/result.h"

namespace berth::provider {

// Runs `berth ARGUMENTS`, the one beside this program, to its end, and gives
// what it printed. Where the caller is cancelled the program goes on, and one
// of `tasks`, which must outlive the call, waits for it. An error says what
// berth said; Errc::not_found: no such profile, or none that runs.
[[nodiscard]] asio::awaitable<Result<std::string>> run_berth(
    TaskGroup& tasks, std::vector<std::string> arguments);

}  // namespace berth::provider
