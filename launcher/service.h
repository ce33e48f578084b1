// berthd as a service of the user's systemd: the two unit files, and whether
// they are there. systemd.service(5), systemd.socket(5). Blocking; any thread.
#pragma once

#include <filesystem>
#include <string>

#include "launcher/config.h"
#include "registry/paths.h"

namespace berth::launcher {

struct Unit {
  std::filesystem::path file;
  std::string text;
};

struct Units {
  Unit service;  // starts berthd, and again when it dies
  Unit socket;   // holds the gateway's port from login on

  enum class State {
    missing,
    installed,
    outdated,  // they are of another program, home or port
  };
  [[nodiscard]] State state() const;
};

// For the berthd beside this program, the home of `environment` and the port of
// `config`. Errc::invalid: a path that no unit file can name.
[[nodiscard]] Result<Units> find_units(const Environment& environment,
                                       const Config& config);

// Runs `systemctl --user`. Errc::unavailable: no systemd runs for this user.
[[nodiscard]] Result<std::string> systemctl(
    const std::vector<std::string>& arguments);

inline constexpr const char* kServiceUnit = "berthd.service";
inline constexpr const char* kSocketUnit = "berthd.socket";

}  // namespace berth::launcher
