#include "registry/paths.h"

#include <map>

#include "tests/support/catch.h"

using namespace berth;

namespace {

using Variables = std::map<std::string, std::string>;

Result<Paths> paths_of(const Variables& variables) {
  return find_paths([&variables](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

}  // namespace

TEST_CASE("where things live follows the environment", "[paths]") {
  struct Row {
    Variables variables;
    std::string config, data, state, registry, source;
  };
  const std::string h = "/home/me";
  const auto row = GENERATE_COPY(values<Row>({
      {{{"HOME", h}},
       h + "/.config/berth",
       h + "/.local/share/berth",
       h + "/.local/state/berth",
       h + "/.local/state/berth/run/instances",
       "the state directory"},
      {{{"HOME", h},
        {"XDG_CONFIG_HOME", "/c"},
        {"XDG_DATA_HOME", "/d"},
        {"XDG_STATE_HOME", "/s"},
        {"XDG_RUNTIME_DIR", "/run/user/1"}},
       "/c/berth",
       "/d/berth",
       "/s/berth",
       "/s/berth/run/instances",
       "the state directory"},
      {{{"HOME", h}, {"BERTH_HOME", "/b"}, {"XDG_STATE_HOME", "/s"}},
       "/b/config",
       "/b/data",
       "/b/state",
       "/b/run/instances",
       "BERTH_HOME"},
      {{{"HOME", h}, {"BERTH_HOME", "/b"}, {"BERTH_REGISTRY", "/r/x"}},
       "/b/config",
       "/b/data",
       "/b/state",
       "/r/x",
       "BERTH_REGISTRY"},
      {{{"HOME", h}, {"BERTH_HOME", ""}, {"BERTH_REGISTRY", ""}},
       h + "/.config/berth",
       h + "/.local/share/berth",
       h + "/.local/state/berth",
       h + "/.local/state/berth/run/instances",
       "the state directory"},
  }));
  auto paths = paths_of(row.variables);
  REQUIRE(paths);
  CHECK(paths->config == row.config);
  CHECK(paths->data == row.data);
  CHECK(paths->state == row.state);
  CHECK(paths->registry == row.registry);
  CHECK(paths->registry_source == row.source);
}

TEST_CASE(
    "where the state directory cannot carry a registry the runtime one "
    "does",
    "[paths]") {
  // No filesystem of this system is refused for sure, but one that cannot be
  // looked at is: a path through a file.
  auto paths = paths_of({{"HOME", "/home/me"},
                         {"XDG_STATE_HOME", "/proc/self/status"},
                         {"XDG_RUNTIME_DIR", "/run/user/1"}});
  REQUIRE(paths);
  CHECK(paths->registry == "/run/user/1/berth/instances");
  CHECK(paths->registry_source == "XDG_RUNTIME_DIR");
}

TEST_CASE("row 38: a relative path in the environment is refused by name",
          "[paths]") {
  const std::string name =
      GENERATE("HOME", "BERTH_HOME", "BERTH_REGISTRY", "XDG_CONFIG_HOME",
               "XDG_DATA_HOME", "XDG_STATE_HOME");
  Variables variables{{"HOME", "/home/me"}};
  variables[name] = "relative/path";
  auto paths = paths_of(variables);
  REQUIRE(!paths);
  CHECK(paths.error().code == Errc::invalid);
  CHECK_THAT(paths.error().message, Catch::Contains(name + "=relative/path"));
  CHECK_THAT(paths.error().hint, Catch::Contains(name));
}

TEST_CASE("without HOME the user's entry in the system decides", "[paths]") {
  auto paths = paths_of({});
  REQUIRE(paths);
  CHECK(paths->config.is_absolute());
}

TEST_CASE("the files of a profile lie where the user looks for them",
          "[paths]") {
  const auto paths = paths_of({{"BERTH_HOME", "/b"}}).value();
  CHECK(paths.config_file() == "/b/config/config.json");
  CHECK(paths.profile_file("alice") == "/b/config/profiles/alice.json");
  CHECK(paths.data_of("alice") == "/b/data/alice");
  CHECK(paths.claim_of("alice") == "/b/data/alice/lock");
  CHECK(paths.state_file("alice") == "/b/state/alice.json");
  CHECK(paths.log_file("alice") == "/b/state/logs/alice.log");
}
