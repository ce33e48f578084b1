// Judges one record for the author of the program that publishes it: all that
// is wrong with it, and which section of the format says how it is meant.
// Reads only; no lock is taken. Blocking; any thread.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "launcher/doctor.h"
#include "registry/record.h"

namespace berth::launcher {

// All of it. `name` must pass is_record_name().
[[nodiscard]] Findings examine_record(const Paths& paths,
                                      const std::string& name);

// The parts. What the record says; nullopt, with the reasons in `findings`,
// where readers would not take it.
[[nodiscard]] std::optional<registry::Record> examine_content(
    const std::string& text, const std::string& name, Findings& findings);
// Which locks are on the file, and who holds them. `path` was found as `info`.
void examine_locks(const std::filesystem::path& path, const struct stat& info,
                   Findings& findings);
// Who holds the owner's lock of a record: "pid 4325, 4327"; "" where that
// cannot be seen, as of a process that guards itself (PR_SET_DUMPABLE).
[[nodiscard]] std::string lock_holders(const std::filesystem::path& path);
// What the record says of its process, its endpoint and its profile, against
// what this machine says. `alive`: its owner's lock is held.
void examine_owner(const Paths& paths, const registry::Record& record,
                   bool alive, Findings& findings);

// A problem, with the section of registry/README.md that tells how it is meant.
inline constexpr const char* kRecordSection = "A record";
inline constexpr const char* kLocksSection = "Locks";
void add_problem(Findings& findings, std::string check, std::string subject,
                 std::string message, const std::string& to_do,
                 const std::string& section);

}  // namespace berth::launcher
