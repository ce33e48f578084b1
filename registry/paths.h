// Where things live. BERTH_HOME puts all under one directory; otherwise the
// XDG Base Directory Specification decides. Any thread.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "registry/base/result.h"

namespace berth {

struct Paths {
  std::filesystem::path config;    // config.json, profiles/NAME.json
  std::filesystem::path data;      // NAME/: what a wallet keeps
  std::filesystem::path state;     // NAME.json, logs/NAME.log
  std::filesystem::path registry;  // NAME.json: the records
  std::string registry_source;     // what decided it, for `berth doctor`

  [[nodiscard]] std::filesystem::path config_file() const;
  [[nodiscard]] std::filesystem::path profile_file(
      const std::string& name) const;
  [[nodiscard]] std::filesystem::path data_of(const std::string& name) const;
  // The claim: locked by the process that uses the data directory.
  [[nodiscard]] std::filesystem::path claim_of(const std::string& name) const;
  [[nodiscard]] std::filesystem::path state_file(const std::string& name) const;
  [[nodiscard]] std::filesystem::path log_file(const std::string& name) const;
};

// The value of an environment variable, or nullptr.
using Environment = std::function<const char*(const char*)>;

// The user's home, and where all programs keep their configuration, whatever
// BERTH_HOME says. Errc::invalid: as below.
[[nodiscard]] Result<std::filesystem::path> user_home(
    const Environment& environment);
[[nodiscard]] Result<std::filesystem::path> user_config(
    const Environment& environment);

// Nothing is made or checked but the filesystem type of the default registry:
// where that is refused, XDG_RUNTIME_DIR serves instead. Errc::invalid: a
// variable holds a relative path, or there is no home directory.
[[nodiscard]] Result<Paths> find_paths(const Environment& environment);
// The same for the environment of this process.
[[nodiscard]] Result<Paths> find_paths();

}  // namespace berth
