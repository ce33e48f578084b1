// Profiles as a person sees them on the gateway's pages. Blocking for a few small files; one thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "launcher/listing.h"
#include "launcher/profile.h"
#include "provider/client/access_watch.h"
#include "provider/client/page_info.h"
#include "registry/paths.h"

namespace berth::launcher {

struct ProfileView {
  Instance instance;
  provider::Looks looks;
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
    const provider::AccessWatch& access);

// README.md: P.
[[nodiscard]] nlohmann::json for_person(const ProfileView& profile,
                                        const std::string& origin,
                                        bool granted);
// An element of the dashboard's `instances`.
[[nodiscard]] nlohmann::json for_dashboard(const ProfileView& profile);

// It lives, and its record says where.
[[nodiscard]] bool runs(const ProfileView& profile);

}  // namespace berth::launcher
