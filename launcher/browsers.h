// The browsers that Berth's extension runs in: which are on this machine, and
// where each looks for native messaging manifests. Reads only; any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "registry/paths.h"

namespace berth::launcher {

struct Browser {
  enum class Family { chromium, firefox };
  std::string id;    // for scripts: "chrome"
  std::string name;  // for people: "Google Chrome"
  Family family;
  std::vector<std::string> programs;       // names on PATH
  std::filesystem::path settings;          // below $XDG_CONFIG_HOME
  std::filesystem::path system_manifests;  // for all users of the machine
  std::string snap;                        // its name there; empty: none
  std::string flatpak;
};

// In the order of their names.
[[nodiscard]] const std::vector<Browser>& known_browsers();

// Where the browsers of a user are looked for.
struct UserPlaces {
  std::filesystem::path home;
  std::filesystem::path config;                 // $XDG_CONFIG_HOME
  std::vector<std::filesystem::path> programs;  // the directories of PATH
};
[[nodiscard]] Result<UserPlaces> find_user_places(
    const Environment& environment);

enum class Presence {
  absent,
  installed,
  snap,  // as that only: in a sandbox
  flatpak,
};
[[nodiscard]] Presence presence_of(const Browser& browser,
                                   const UserPlaces& places);

enum class Scope {
  user,
  system,  // all users of the machine
};
// The file in which it looks for berth-native-host. Two browsers may share one.
[[nodiscard]] std::filesystem::path manifest_file(const Browser& browser,
                                                  Scope scope,
                                                  const UserPlaces& places);

}  // namespace berth::launcher
