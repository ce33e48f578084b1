#include "launcher/gateway/profiles.h"

#include <nlohmann/json.hpp>

#include "launcher/profile_store.h"
#include "provider/client/grants_file.h"
#include "registry/base/log.h"

namespace berth::launcher {
namespace {

using nlohmann::json;

json text(const std::string& value) {
  return value.empty() ? json() : json(value);
}

ProfileView view_of(const Paths& paths, Instance instance) {
  ProfileView view;
  const auto profile = ProfileStore(paths).load(instance.name);
  if (profile) {
    view.looks = {instance.name, profile->label, profile->title,
                  profile->color, profile->icon};
    view.restart = to_string(profile->restart);
  }
  if (instance.record) view.looks = provider::looks_of(*instance.record);
  view.looks.name = instance.name;
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
                                  const provider::AccessWatch& access) {
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
        add(name, json(provider::grant_of(permission)));
      continue;
    }
    const auto remembered = provider::remembered_grants(paths, name);
    if (remembered)
      for (const auto& grant : *remembered) add(name, json(grant));
    else
      log::warn(remembered.error().message);
  }
  return grants;
}

json for_person(const ProfileView& profile, const std::string& origin,
                bool granted) {
  return provider::info_for_person(profile.looks, to_json(profile.instance),
                                   origin, granted);
}

json for_dashboard(const ProfileView& profile) {
  json shown = to_json(profile.instance);
  shown["title"] = text(profile.looks.title);
  shown["color"] = text(profile.looks.color);
  shown["icon"] = text(profile.looks.icon);
  shown["restart"] = text(profile.restart);
  shown["problem"] = text(profile.instance.problem);
  return shown;
}

bool runs(const ProfileView& profile) {
  return is_alive(profile.instance) && profile.instance.record.has_value();
}

}  // namespace berth::launcher
