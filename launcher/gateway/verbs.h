// Has `berth` do what a person asks for on a page: one way to start and stop,
// whoever asks. One thread.
#pragma once

#include <string>

#include "registry/base/async.h"
#include "registry/base/result.h"

namespace berth::launcher {

// What a page may have done, and nothing else.
enum class Verb { start, stop, restart };

// Runs `berth VERB NAME`, the one beside this program, and waits for its end.
// Where the caller is cancelled the program goes on, and one of `tasks`, which
// must outlive the call, waits for it. An error says what berth said. `name`
// must be a profile name.
[[nodiscard]] asio::awaitable<Result<void>> run_verb(TaskGroup& tasks,
                                                     Verb verb,
                                                     std::string name);

}  // namespace berth::launcher
