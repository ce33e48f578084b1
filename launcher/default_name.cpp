#include "launcher/default_name.h"

#include "launcher/listing.h"
#include "launcher/profile_store.h"
#include "registry/base/text.h"

namespace berth::launcher {

Outcome<void> check_name(const std::string& name) {
  if (is_profile_name(name)) return {};
  return Failure(Exit::usage, {Errc::invalid,
                               "not a profile name: \"" + visible(name) + "\"",
                               std::string(kProfileNameRule)});
}

Outcome<std::string> resolve_name(const Paths& paths,
                                  const Environment& environment,
                                  const std::string& given) {
  std::string name = given;
  const char* variable = environment("BERTH_NAME");
  if (name.empty() && variable != nullptr) name = variable;
  if (name.empty()) name = ProfileStore(paths).default_name().value_or("");
  if (!name.empty()) {
    if (auto ok = check_name(name); !ok) return ok.error();
    return name;
  }
  auto instances = list_instances(paths, Which::active);
  if (!instances) return instances.error();
  std::string all;
  for (const auto& instance : *instances) {
    if (!is_alive(instance)) continue;
    all += (all.empty() ? "" : ", ") + instance.name;
    name = instance.name;
  }
  if (all.empty())
    return Failure(Exit::not_running,
                   {Errc::not_found, "nothing runs: no name was given",
                    "start one: berth start NAME"});
  if (all != name)
    return Failure(Exit::usage,
                   {Errc::invalid, "several run, and no name was given: " + all,
                    "name one, or choose one for good: berth use NAME"});
  return name;
}

}  // namespace berth::launcher
