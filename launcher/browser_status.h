// What there is to say of each browser: whether it is here, what it would make
// of its manifest, and what to do. Reads only. Blocking; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "launcher/browser_manifest.h"
#include "launcher/browsers.h"

namespace berth::launcher {

struct BrowserStatus {
  Browser browser;
  Presence presence = Presence::absent;
  Scope scope = Scope::user;  // whose manifest it is
  Registration registration;

  // The command that mends what is wrong or lacking; empty: nothing is, or the
  // browser is not here.
  [[nodiscard]] std::string fix() const;
};

// All that are known, in name order. Without a `scope` of the one manifest that
// the browser uses: the user's, where there is one.
[[nodiscard]] Result<std::vector<BrowserStatus>> browser_statuses(
    const Environment& environment, std::optional<Scope> scope);

// berth-native-host, beside this program.
[[nodiscard]] Result<std::filesystem::path> native_host();

// What its sandbox, if it has one, means to Berth; empty: nothing.
[[nodiscard]] std::string confinement(const Browser& browser,
                                      Presence presence);
// It is here, and not in a sandbox that starts no program of the system.
[[nodiscard]] bool can_be_served(const Browser& browser, Presence presence);

}  // namespace berth::launcher
