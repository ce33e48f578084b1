// What is shown of a profile: to a person who chooses one, and to a page that
// was granted it. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "registry/record.h"

namespace berth::provider {

// Of the record where it runs, else of the profile. Empty: there is none.
struct Looks {
  std::string name;
  std::string label;  // of the record: private to the user's programs
  std::string title, color, icon;
};

[[nodiscard]] Looks looks_of(const registry::Record& record);

// "app.berth.b..." for this origin: stable for it, useless to others.
[[nodiscard]] std::string rdns_of(const std::string& label,
                                  const std::string& origin);

// INFO of launcher/gateway/README.md: what a page may know.
[[nodiscard]] nlohmann::json info_for_page(const Looks& looks,
                                           const std::string& origin);

// P of the same page, for who chooses for the page of `origin`; where that is
// empty `rdns` and, as where it is nullopt, `granted` are null. `listed`: its
// element of `berth list --json`.
[[nodiscard]] nlohmann::json info_for_person(const Looks& looks,
                                             const nlohmann::json& listed,
                                             const std::string& origin,
                                             std::optional<bool> granted);

}  // namespace berth::provider
