#include "server/permissions.h"

#include <nlohmann/json.hpp>

namespace berth::server {

using nlohmann::json;

bool asks_for_accounts(const json& params) {
  return params.is_array() && !params.empty() && params[0].is_object() &&
         params[0].size() == 1 && params[0].contains("eth_accounts");
}

json permissions_for(const json& accounts) {
  if (!accounts.is_array() || accounts.empty()) return json::array();
  const json caveat{{"type", "restrictReturnedAccounts"}, {"value", accounts}};
  return json::array({{{"parentCapability", "eth_accounts"},
                       {"caveats", json::array({caveat})}}});
}

}  // namespace berth::server
