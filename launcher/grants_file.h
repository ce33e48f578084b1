// The grants that a profile remembers, as its instance wrote them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "registry/base/result.h"
#include "registry/paths.h"

namespace berth::launcher {

// Of an EIP-2255 permission: {origin, accounts, granted_at, remembered}. null
// where it is none.
[[nodiscard]] nlohmann::ordered_json grant_of(const nlohmann::json& permission);

// An array of grant_of(); empty where there is no file. Those of loopback
// origins are never in it: only the running instance knows them.
[[nodiscard]] Result<nlohmann::ordered_json> remembered_grants(
    const Paths& paths, const std::string& name);

}  // namespace berth::launcher
