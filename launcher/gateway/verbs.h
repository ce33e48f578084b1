// What a person may have `berth` do from a page. One thread.
#pragma once

#include <string>

#include "registry/base/async.h"
#include "registry/base/result.h"

namespace berth::launcher {

// What a page may have done, and nothing else.
enum class Verb { start, stop, restart };

// Runs `berth VERB NAME`, as run_berth() of provider/client/berth_program.h.
// `name` must be a profile name.
[[nodiscard]] asio::awaitable<Result<void>> run_verb(TaskGroup& tasks,
                                                     Verb verb,
                                                     std::string name);

}  // namespace berth::launcher
