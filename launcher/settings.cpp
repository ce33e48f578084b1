#include "launcher/settings.h"

#include <nlohmann/json.hpp>

namespace berth::launcher {
namespace {

using nlohmann::json;

json wallet_of(const Profile& profile) {
  json wallet{{"type", to_string(profile.wallet)}};
  if (!profile.upstream.empty()) wallet["upstream"] = profile.upstream;
  if (profile.wallet == WalletType::command) wallet.erase("upstream");
  const bool dev = profile.wallet == WalletType::dev;
  if (dev || profile.chain_id)
    wallet["chain_id"] = to_quantity(profile.chain_id.value_or(kDevChainId));
  return wallet;
}

}  // namespace

std::string settings_json(const Paths& paths, const Config& config,
                          const Profile& profile, const StartRequest& request,
                          const std::vector<std::uint16_t>& avoid) {
  const std::string& name = request.name;
  const PortRange range = request.range.value_or(config.port_range.value);
  json settings{
      {"name", name},
      {"paths",
       {{"registry", paths.registry.string()},
        {"data", paths.data_of(name).string()},
        {"state_file", paths.state_file(name).string()},
        {"log_file", paths.log_file(name).string()}}},
      {"port_range", {range.first, range.last}},
      {"avoid_ports", avoid},
      {"started_by", to_string(request.by)},
      {"claim_timeout_ms", request.timeout.count()},
      {"label", profile.label},
      {"title", profile.title},
      {"color", profile.color},
      {"icon", profile.icon},
      {"approve", to_string(approve_of(profile))},
      {"peer_check", config.peer_check.value},
      {"log_level", config.log_level.value},
      {"mdns", config.mdns.value},
      {"wallet", wallet_of(profile)},
  };
  // A range on the command line is over a port in the profile.
  if (request.port) {
    settings["port"] = *request.port;
  } else if (!request.range && profile.port != 0) {
    settings["port"] = profile.port;
  }
  if (profile.wallet == WalletType::command)
    settings["command"] = {{"argv", profile.command},
                           {"listen", to_string(profile.listen)},
                           {"health", profile.health}};
  if (!config.limits.value.empty())
    settings["limits"] = json::parse(config.limits.value);
  return settings.dump();
}

}  // namespace berth::launcher
