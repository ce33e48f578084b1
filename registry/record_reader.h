// Reads the records of a registry directory: no daemon, no lock taken, no
// waiting. Blocking only for the disk; any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "registry/base/result.h"
#include "registry/directory.h"
#include "registry/entry.h"

namespace berth::registry {

// Every entry, in name order. A directory that does not exist is empty. What
// cannot be judged is in the list as `unknown` and does not hide the others.
// Errors: those of open_directory().
[[nodiscard]] Result<std::vector<Entry>> read_records(
    const std::filesystem::path& directory);

// One entry; Errc::not_found when nothing stands under that name. Costs the
// same however many others there are.
[[nodiscard]] Result<Entry> read_record(const std::filesystem::path& directory,
                                        const std::string& name);

// The same of a directory that was judged before: half the time.
[[nodiscard]] Result<std::vector<Entry>> read_records(
    JudgedDirectory& directory);
[[nodiscard]] Result<Entry> read_record(JudgedDirectory& directory,
                                        const std::string& name);

// The same within an open directory.
[[nodiscard]] Result<Entry> read_record_at(int directory,
                                           const std::string& name);

// The kernel's id of the present boot; empty where it gives none.
[[nodiscard]] const std::string& current_boot_id();

}  // namespace berth::registry
