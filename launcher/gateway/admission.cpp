#include "launcher/gateway/admission.h"

#include <nlohmann/json.hpp>

#include "registry/base/origin.h"

namespace berth::launcher {

using nlohmann::json;

std::optional<json> admission(const GatewayContext& context,
                              const ProfileView& profile,
                              const std::string& origin) {
  const bool direct = is_loopback_origin(origin);
  auto ticket = context.tickets.issue(
      {profile.instance.name, origin,
       direct ? origin : context.own_host.origin()});
  if (!ticket) return std::nullopt;
  const std::string authority =
      direct ? "127.0.0.1:" + std::to_string(context.self.endpoint.port)
             : context.own_host.authority();
  return json{{"info", provider::info_for_page(profile.looks, origin)},
              {"mode", direct ? "direct" : "relay"},
              {"ticket", *ticket},
              {"url", "ws://" + authority + "/page"}};
}

}  // namespace berth::launcher
