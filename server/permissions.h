// Permissions of EIP-2255 as JSON. There is one: to see accounts. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace berth::server {

// Whether wallet_requestPermissions asks for eth_accounts and nothing else.
[[nodiscard]] bool asks_for_accounts(const nlohmann::json& params);

// The permissions of somebody who sees these accounts; none for none. Without
// `invoker`: who asks is known to the instance only.
[[nodiscard]] nlohmann::json permissions_for(const nlohmann::json& accounts);

}  // namespace berth::server
