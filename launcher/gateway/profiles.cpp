#include "launcher/gateway/profiles.h"

#include <nlohmann/json.hpp>

#include "launcher/grants_file.h"
#include "launcher/profile_store.h"
#include "registry/base/encoding.h"
#include "registry/base/log.h"
#include "registry/proof/hash.h"

namespace berth::launcher {
namespace {

using nlohmann::json;

// Names what is announced to dApps (EIP-6963 "rdns"). Each profile gets a name
// of its own below it, because libraries know a wallet by nothing else.
constexpr const char* kBaseRdns = "app.berth";
// With a letter before them they are one label of a domain name (RFC 1034
// section 3.5): 75 bits.
constexpr std::size_t kRdnsCharacters = 15;

json text(const std::string& value) {
  return value.empty() ? json() : json(value);
}

ProfileView view_of(const Paths& paths, Instance instance) {
  ProfileView view;
  const auto profile = ProfileStore(paths).load(instance.name);
  if (profile) {
    view.label = profile->label;
    view.title = profile->title;
    view.color = profile->color;
    view.icon = profile->icon;
    view.restart = to_string(profile->restart);
  }
  if (const auto& record = instance.record) {
    view.label = record->label;
    view.title = record->title;
    view.color = record->color;
    view.icon = record->icon;
  }
  view.instance = std::move(instance);
  return view;
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
}

}  // namespace

Result<std::vector<ProfileView>> all_profiles(const Paths& paths) {
  auto instances = list_instances(paths, Which::all);
  if (!instances) return instances.error();
  std::vector<ProfileView> views;
  for (auto& instance : *instances)
    views.push_back(view_of(paths, std::move(instance)));
  return views;
}

Result<ProfileView> find_profile(const Paths& paths, const std::string& name) {
  auto instance = find_instance(paths, name);
  if (instance) return view_of(paths, std::move(*instance));
  const auto& failure = instance.error();
  if (failure.exit != Exit::no_profile) return failure.error;
  return Error{Errc::not_found, failure.error.message, failure.error.hint};
}

std::vector<GrantView> all_grants(const Paths& paths,
                                  const std::vector<ProfileView>& profiles,
                                  const AccessWatch& access) {
  std::vector<GrantView> grants;
  const auto add = [&](const std::string& profile, const json& grant) {
    const auto origin = grant.is_object() ? text_of(grant, "origin") : "";
    if (!origin.empty())
      grants.push_back({profile, origin, text_of(grant, "granted_at"), grant});
  };
  for (const auto& profile : profiles) {
    const auto& name = profile.instance.name;
    if (runs(profile)) {
      for (const auto& permission : access.of(name).grants)
        add(name, json(grant_of(permission)));
      continue;
    }
    const auto remembered = remembered_grants(paths, name);
    if (remembered)
      for (const auto& grant : *remembered) add(name, json(grant));
    else
      log::warn(remembered.error().message);
  }
  return grants;
}

std::string rdns_of(const std::string& label, const std::string& origin) {
  const Hash32 hash = hmac_sha256(bytes_of(label), bytes_of(origin));
  return std::string(kBaseRdns) + ".b" +
         base32_encode(hash).substr(0, kRdnsCharacters);
}

json for_person(const ProfileView& profile, const std::string& origin,
                bool granted) {
  const json listed = to_json(profile.instance);
  return {{"name", profile.instance.name},
          {"title", text(profile.title)},
          {"color", text(profile.color)},
          {"icon", text(profile.icon)},
          {"status", listed.at("status")},
          {"state", listed.at("state")},
          {"chain_id", listed.at("chain_id")},
          {"wallet", listed.at("wallet")},
          {"granted", granted},
          {"rdns", rdns_of(profile.label, origin)}};
}

json for_page(const ProfileView& profile, const std::string& origin) {
  const auto& name = profile.instance.name;
  return {{"rdns", rdns_of(profile.label, origin)},
          {"name", profile.title.empty() ? name : profile.title},
          {"color", text(profile.color)},
          {"icon", text(profile.icon)}};
}

json for_dashboard(const ProfileView& profile) {
  json shown = to_json(profile.instance);
  shown["title"] = text(profile.title);
  shown["color"] = text(profile.color);
  shown["icon"] = text(profile.icon);
  shown["restart"] = text(profile.restart);
  shown["problem"] = text(profile.instance.problem);
  return shown;
}

bool runs(const ProfileView& profile) {
  return is_alive(profile.instance) && profile.instance.record.has_value();
}

}  // namespace berth::launcher
