#include "registry/paths.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "registry/directory.h"

namespace berth {
namespace {

namespace fs = std::filesystem;

// An unset and an empty variable are the same. A relative one is refused:
// what it meant would change with the directory a program was started in.
Result<fs::path> absolute(const Environment& environment, const char* name) {
  const char* value = environment(name);
  if (value == nullptr || *value == '\0') return fs::path();
  if (*value != '/')
    return Error{Errc::invalid,
                 std::string("not an absolute path: ") + name + "=" + value,
                 std::string("set ") + name + " to an absolute path"};
  return fs::path(value).lexically_normal();
}

Result<fs::path> xdg(const Environment& environment, const char* name,
                     const char* below_home) {
  auto base = absolute(environment, name);
  if (!base) return base;
  if (base->empty()) {
    auto home = user_home(environment);
    if (!home) return home;
    base = *home / below_home;
  }
  return base;
}

Result<void> choose_registry(const Environment& environment, bool own_home,
                             Paths& paths) {
  auto set = absolute(environment, "BERTH_REGISTRY");
  if (!set) return set.error();
  if (!set->empty()) {
    paths.registry = *set;
    paths.registry_source = "BERTH_REGISTRY";
    return {};
  }
  paths.registry = paths.state / "run" / "instances";
  paths.registry_source = own_home ? "BERTH_HOME" : "the state directory";
  if (own_home) {
    paths.registry = paths.state.parent_path() / "run" / "instances";
    return {};
  }
  if (registry::check_filesystem(paths.registry)) return {};
  auto runtime = absolute(environment, "XDG_RUNTIME_DIR");
  if (!runtime) return runtime.error();
  if (!runtime->empty()) {
    paths.registry = *runtime / "berth" / "instances";
    paths.registry_source = "XDG_RUNTIME_DIR";
  }
  return {};
}

}  // namespace

fs::path Paths::config_file() const { return config / "config.json"; }
fs::path Paths::profile_file(const std::string& name) const {
  return config / "profiles" / (name + ".json");
}
fs::path Paths::data_of(const std::string& name) const { return data / name; }
fs::path Paths::claim_of(const std::string& name) const {
  return data / name / "lock";
}
fs::path Paths::state_file(const std::string& name) const {
  return state / (name + ".json");
}
fs::path Paths::log_file(const std::string& name) const {
  return state / "logs" / (name + ".log");
}

Result<fs::path> user_home(const Environment& environment) {
  auto from_environment = absolute(environment, "HOME");
  if (!from_environment || !from_environment->empty()) return from_environment;
  const passwd* user = ::getpwuid(::geteuid());
  if (user == nullptr || user->pw_dir == nullptr || *user->pw_dir != '/')
    return Error{Errc::invalid, "no home directory", "set HOME or BERTH_HOME"};
  return fs::path(user->pw_dir);
}

Result<fs::path> user_config(const Environment& environment) {
  return xdg(environment, "XDG_CONFIG_HOME", ".config");
}

Result<Paths> find_paths(const Environment& environment) {
  Paths paths;
  auto own = absolute(environment, "BERTH_HOME");
  if (!own) return own.error();
  if (!own->empty()) {
    paths.config = *own / "config";
    paths.data = *own / "data";
    paths.state = *own / "state";
  } else {
    auto config = user_config(environment);
    auto data = xdg(environment, "XDG_DATA_HOME", ".local/share");
    auto state = xdg(environment, "XDG_STATE_HOME", ".local/state");
    for (const auto* part : {&config, &data, &state})
      if (!*part) return part->error();
    paths.config = *config / "berth";
    paths.data = *data / "berth";
    paths.state = *state / "berth";
  }
  if (auto ok = choose_registry(environment, !own->empty(), paths); !ok)
    return ok.error();
  return paths;
}

Result<Paths> find_paths() {
  return find_paths([](const char* name) { return std::getenv(name); });
}

}  // namespace berth
