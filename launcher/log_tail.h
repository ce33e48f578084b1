// Reading the end of a log, and what comes after it. Blocking; one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "registry/base/result.h"

namespace berth::launcher {

// The last `count` lines, without newlines, of what stands behind offset
// `from`. Errc::not_found: no such file. Reads at most the last MiB.
[[nodiscard]] Result<std::vector<std::string>> last_lines(
    const std::filesystem::path& file, std::size_t count,
    std::int64_t from = 0);

// Gives the last `count` lines, then each line as it is written, for ever:
// through rotation (a new file of that name), truncation, and also before
// there is a file. Returns only what went wrong.
[[nodiscard]] Error follow(const std::filesystem::path& file, std::size_t count,
                           const std::function<void(const std::string&)>& give);

}  // namespace berth::launcher
