// What a person may have `berth` do from a page. One thread.
#pragma once

#include <cstddef>
#include <string>

#include "registry/base/async.h"
#include "registry/base/result.h"

namespace berth::launcher {

// What a page may have done, and nothing else.
enum class Verb { start, stop, restart };

// Programs at once. A person has a few profiles started and stopped; each of
// them is a process, which goes on when the page that wanted it has gone.
inline constexpr std::size_t kMostPrograms = 16;

// Runs `berth VERB NAME`, as run_berth() of provider/client/berth_program.h.
// `name` must be a profile name. Errc::unavailable: kMostPrograms run.
[[nodiscard]] asio::awaitable<Result<void>> run_verb(TaskGroup& programs,
                                                     Verb verb,
                                                     std::string name);

}  // namespace berth::launcher
