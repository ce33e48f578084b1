// Profiles as a person sees them on the gateway's pages, and as a page sees one
// that it was granted. Blocking for a few small files; one thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "launcher/gateway/access_watch.h"
#include "launcher/listing.h"
#include "launcher/profile.h"
#include "registry/paths.h"

namespace berth::launcher {

struct ProfileView {
  Instance instance;
  // Of the record where it runs, else of the profile.
  std::string label, title, color, icon;
  std::string restart;  // "no", "on-failure", "always"; empty: no profile
};

// Every profile and whatever else runs, in name order.
[[nodiscard]] Result<std::vector<ProfileView>> all_profiles(const Paths& paths);
// Errc::not_found: nothing of that name.
[[nodiscard]] Result<ProfileView> find_profile(const Paths& paths,
                                               const std::string& name);

// A grant of one profile, as `berth grants --json` has it.
struct GrantView {
  std::string profile;
  std::string origin;
  std::string granted_at;  // RFC 3339, so it sorts; empty: not known
  nlohmann::json grant;  // {origin, accounts, granted_at, remembered}
};

// All grants: of those that run what they say, of the others what they
// remember. In the order of `profiles`.
[[nodiscard]] std::vector<GrantView> all_grants(
    const Paths& paths, const std::vector<ProfileView>& profiles,
    const AccessWatch& access);

// "app.berth.b..." for this origin: stable for it, useless to others.
[[nodiscard]] std::string rdns_of(const std::string& label,
                                  const std::string& origin);

// README.md: P, and INFO.
[[nodiscard]] nlohmann::json for_person(const ProfileView& profile,
                                        const std::string& origin,
                                        bool granted);
[[nodiscard]] nlohmann::json for_page(const ProfileView& profile,
                                      const std::string& origin);
// An element of the dashboard's `instances`.
[[nodiscard]] nlohmann::json for_dashboard(const ProfileView& profile);

// It lives, and its record says where.
[[nodiscard]] bool runs(const ProfileView& profile);

}  // namespace berth::launcher
