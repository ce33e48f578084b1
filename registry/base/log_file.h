// The log file of a long-running program: its stdout and stderr, so that what
// an abort prints lands there too. Only the program itself rotates it. One
// thread, blocking for a few system calls.
#pragma once

#include <filesystem>

#include "registry/base/result.h"

namespace berth::log {

// A file of at most this size and four older ones, NAME.1 to NAME.4: 25 MiB a
// profile, some hundred thousand lines.
inline constexpr long kMaxLogBytes = 5L * 1024 * 1024;
inline constexpr int kOlderLogs = 4;

// From here on stderr is `file`, kept below kMaxLogBytes: the line that reaches
// it is the last one before a new file is begun. Where that fails (a full
// disk), it goes on in the old one. An empty path: stderr is left alone.
void set_file(std::filesystem::path file);

// Opens the file of that name anew, for those who moved it away themselves
// (SIGHUP). On failure the log goes on where it was.
[[nodiscard]] Result<void> reopen_file();

}  // namespace berth::log
