#include "launcher/config.h"

#include <map>

#include "registry/base/files.h"
#include "tests/support/catch.h"
#include "tests/support/temp_home.h"

using namespace berth;
using namespace berth::launcher;
using Catch::Matchers::Contains;

namespace {

using Variables = std::map<std::string, std::string>;

Result<Config> load(const test::TempHome& home, const std::string& json,
                    const Variables& variables = {}) {
  const auto paths = home.paths();
  REQUIRE(make_private_directory(paths.config));
  if (!json.empty()) REQUIRE(replace_file(paths.config_file(), json));
  return load_config(paths, [&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

}  // namespace

TEST_CASE("without a config file everything is the default", "[launcher]") {
  const test::TempHome home;
  const auto config = load(home, "");
  REQUIRE(config.has_value());
  CHECK((config->port_range.value == PortRange{8766, 8800}));
  CHECK(config->gateway_port.value == 18765);
  for (const auto& line : config->lines()) CHECK(line.source == "default");
}

TEST_CASE("the config file is over the default, the environment over both",
          "[launcher]") {
  const test::TempHome home;
  const auto config =
      load(home, R"({"port_range":"9000-9010","mdns":"off","limits":{"a":1}})",
           {{"BERTH_PORT_RANGE", "9100-9110"}, {"BERTH_LOG_LEVEL", "debug"}});
  REQUIRE(config.has_value());
  CHECK((config->port_range.value == PortRange{9100, 9110}));
  CHECK(config->port_range.source == "BERTH_PORT_RANGE");
  CHECK(config->mdns.value == "off");
  CHECK_THAT(config->mdns.source, Contains("config.json"));
  CHECK(config->log_level.source == "BERTH_LOG_LEVEL");
  CHECK(config->limits.value == R"({"a":1})");
  CHECK(config->peer_check.source == "default");
}

TEST_CASE("an empty variable is as good as none", "[launcher]") {
  const test::TempHome home;
  CHECK(load(home, "", {{"BERTH_PORT_RANGE", ""}})->port_range.source ==
        "default");
}

TEST_CASE("what is wrong in the config is named, with the file", "[launcher]") {
  const test::TempHome home;
  const auto& [json, named] = GENERATE(table<std::string, std::string>({
      {"{\n \"mdns\": }", "line 2, column 10"},
      {R"({"mdsn":"off"})", "\"mdsn\""},
      {R"({"mdns":"lan"})", "mdns"},
      {R"({"peer_check":true})", "peer_check"},
      {R"({"gateway_port":0})", "gateway_port"},
      {R"({"port_range":"1-"})", "port range"},
      {R"({"limits":[]})", "limits"},
      {"[]", "object"},
  }));
  CAPTURE(json);
  const auto config = load(home, json);
  REQUIRE_FALSE(config.has_value());
  CHECK_THAT(config.error().message, Contains(named));
  CHECK_THAT(config.error().message,
             Contains(home.paths().config_file().string()));
}

TEST_CASE("what is wrong in the environment is named by its variable",
          "[launcher]") {
  const test::TempHome home;
  const auto variable =
      GENERATE("BERTH_PORT_RANGE", "BERTH_GATEWAY_PORT", "BERTH_BERTHD",
               "BERTH_MDNS", "BERTH_PEER_CHECK", "BERTH_LOG_LEVEL");
  const auto config = load(home, "", {{variable, "x"}});
  REQUIRE_FALSE(config.has_value());
  CHECK_THAT(config.error().message, Contains(variable));
}
