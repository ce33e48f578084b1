// The profiles of a user: config/profiles/NAME.json, and what belongs to each
// (data, state, log). Files 0600, directories 0700, replaced as a whole. Every
// `name` must be a profile name. Blocking; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "launcher/failure.h"
#include "launcher/profile.h"
#include "registry/paths.h"

namespace berth::launcher {

class ProfileStore {
 public:
  explicit ProfileStore(Paths paths) : paths_(std::move(paths)) {}

  // In name order; cheap: reads the directory, no profile.
  [[nodiscard]] Result<std::vector<std::string>> names() const;
  [[nodiscard]] bool exists(const std::string& name) const;

  // Exit::no_profile; a broken file is named with line and column, or key.
  [[nodiscard]] Outcome<Profile> load(const std::string& name) const;

  // Makes the label. Fails where the profile exists.
  [[nodiscard]] Outcome<void> create(const std::string& name, Profile profile);
  // Replaces an existing profile.
  [[nodiscard]] Outcome<void> save(const std::string& name,
                                   const Profile& profile);

  // Moves profile, data, state and log, under the claim, and reaps a dead
  // record. Exit::already_running, saying since when, where it runs.
  [[nodiscard]] Outcome<void> rename(const std::string& from,
                                     const std::string& to);
  // Removes profile, state and log, under the claim, and reaps a dead record;
  // the data directory only when told. Exit::already_running as above.
  [[nodiscard]] Outcome<void> remove(const std::string& name, bool with_data);

  // Brings a wallet's keys: writes DATA/mnemonic, under the claim. Fails where
  // there is one already: it is somebody's keys.
  [[nodiscard]] Outcome<void> put_mnemonic(const std::string& name,
                                           const std::string& mnemonic);

  // What `berth use` chose; kept through rename, forgotten by remove.
  [[nodiscard]] std::optional<std::string> default_name() const;
  [[nodiscard]] Result<void> set_default_name(const std::string& name);

 private:
  [[nodiscard]] std::filesystem::path default_file() const;

  Paths paths_;
};

// "already running: NAME (pid P, port N, since T)" where a live record says
// so, else "starting or stopping: NAME".
[[nodiscard]] Failure in_use(const Paths& paths, const std::string& name);

}  // namespace berth::launcher
