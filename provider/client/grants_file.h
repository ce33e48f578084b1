// Grants as people are told of them, and those that a profile remembers, as its
// instance wrote them. Blocking; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "registry/base/result.h"
#include "registry/paths.h"

namespace berth::provider {

// Of an EIP-2255 permission: {origin, accounts, granted_at, remembered}. null
// where it is none.
[[nodiscard]] nlohmann::ordered_json grant_of(const nlohmann::json& permission);

// An array of grant_of(); empty where there is no file. Those of loopback
// origins are never in it: only the running instance knows them.
[[nodiscard]] Result<nlohmann::ordered_json> remembered_grants(
    const Paths& paths, const std::string& name);

// Takes the grants of `origin` out of a profile that does not run; the file is
// replaced as a whole. False: it had none. Errc::already_running: the profile
// runs, starts or stops, and the file is its instance's.
[[nodiscard]] Result<bool> forget_grant(const Paths& paths,
                                        const std::string& name,
                                        const std::string& origin);

}  // namespace berth::provider
