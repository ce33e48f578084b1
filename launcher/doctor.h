// Checks all that Berth stands on, and says what to do. Reads only; no lock is
// taken, nothing is changed. Blocking; any thread.
#pragma once

#include <string>
#include <vector>

#include "registry/paths.h"

namespace berth::launcher {

struct Finding {
  enum class Level {
    ok,
    note,     // good to know; nothing is wrong
    problem,  // wrong: `fix` says what to do
  };
  Level level = Level::ok;
  std::string check;    // "registry directory"
  std::string subject;  // the path, port, key or name it is about
  std::string message;
  std::string fix;  // empty unless a problem, or a note with an advice
};

using Findings = std::vector<Finding>;

[[nodiscard]] Findings examine(const Paths& paths,
                               const Environment& environment);

// The parts, in the order of examine().
void examine_directories(const Paths& paths, Findings& findings);
void examine_config(const Paths& paths, const Environment& environment,
                    Findings& findings);
void examine_profiles(const Paths& paths, Findings& findings);
void examine_registry(const Paths& paths, Findings& findings);
void examine_ports(const Paths& paths, const Environment& environment,
                   Findings& findings);
void examine_manager(const Paths& paths, const Environment& environment,
                     Findings& findings);
void examine_system(Findings& findings);
void examine_mdns(const Paths& paths, const Environment& environment,
                  Findings& findings);
void examine_browsers(const Environment& environment, Findings& findings);

[[nodiscard]] const char* to_string(Finding::Level level);

}  // namespace berth::launcher
