#include "server/settings.h"

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"

using namespace berth;
using namespace berth::server;
using nlohmann::json;

namespace {

json good() {
  return {{"name", "alice"},
          {"paths",
           {{"registry", "/r"},
            {"data", "/d/alice"},
            {"state_file", "/s/alice.json"},
            {"log_file", "/s/logs/alice.log"}}},
          {"port_range", {9000, 9100}},
          {"avoid_ports", {9001, 9002}},
          {"started_by", "start"},
          {"limits",
           {{"connections", 7},
            {"ping_ms", 5000},
            {"connection_messages_per_second", 50},
            {"connection_messages_burst", 60}}},
          {"wallet", {{"type", "dev"}, {"chain_id", "0x7a69"}}}};
}

}  // namespace

TEST_CASE("settings reach the instance as they were written", "[settings]") {
  auto settings = parse_settings(good().dump());
  REQUIRE(settings);
  CHECK(settings->name == "alice");
  CHECK(settings->data == "/d/alice");
  CHECK(settings->port.first == 9000);
  CHECK(settings->port.final == 9100);
  CHECK(settings->port.avoid == std::vector<std::uint16_t>{9001, 9002});
  CHECK(!settings->port.fixed);
  CHECK(settings->started_by == registry::StartedBy::start);
  CHECK(settings->limits.proven == 7);
  CHECK(settings->limits.ping_interval == std::chrono::seconds(5));
  CHECK(settings->access.connection_messages_per_second == 50);
  CHECK(settings->access.connection_messages_burst == 60);
  CHECK(settings->wallet.chain_id == "0x7a69");
}

TEST_CASE("settings that are wrong name the key", "[settings]") {
  struct Case {
    const char* pointer;
    json value;
    const char* message;
  };
  const auto wrong = GENERATE(
      Case{"/name", "../x", "settings: name is no profile name"},
      Case{"/name", 7, "settings: name must be a string"},
      Case{"/port", 0, "settings: port must be 1 to 65535"},
      Case{"/port", "8766", "settings: port must be 1 to 65535"},
      Case{"/port_range", json{9, 8},
           "settings: port_range must be [first, last]"},
      Case{"/port_range", "8-9", "settings: port_range must be a list of ports"},
      Case{"/started_by", "init", "settings: started_by has an unknown value"},
      Case{"/approve", "never", "settings: approve has an unknown value"},
      Case{"/limits/approvals", 0,
           "settings: limits.approvals must be 1 to 10"},
      Case{"/paths/data", "d", "settings: paths.data must be an absolute path"},
      Case{"/paths/data", "", "settings: paths.data is missing"},
      Case{"/wallet/type", "hw", "settings: wallet.type has an unknown value"},
      Case{"/wallet", json{{"type", "forward"}},
           "settings: wallet.upstream is missing"},
      Case{"/wallet/seed", "x", "settings: wallet.seed is no known setting"},
      Case{"/limits/conections", 9,
           "settings: limits.conections is no known setting"},
      Case{"/colour", "x", "settings: colour is no known setting"});
  json settings = good();
  settings[json::json_pointer(wrong.pointer)] = wrong.value;
  auto parsed = parse_settings(settings.dump());
  REQUIRE(!parsed);
  CHECK(parsed.error().message == wrong.message);
}

TEST_CASE("who is asked depends on the wallet, unless told", "[settings]") {
  json settings = good();
  CHECK(parse_settings(settings.dump())->approve == Approve::native);
  settings["approve"] = "always";
  CHECK(parse_settings(settings.dump())->approve == Approve::always);
  settings["wallet"] = {{"type", "forward"}, {"upstream", "http://x"}};
  CHECK(!parse_settings(settings.dump()));
  settings["approve"] = "native";
  CHECK(parse_settings(settings.dump())->approve == Approve::native);
  settings.erase("approve");
  CHECK(parse_settings(settings.dump())->approve == Approve::ask);
}

TEST_CASE("on chain 1 somebody is always asked", "[settings]") {
  json settings = good();
  settings["approve"] = "always";
  for (const char* chain : {"0x1", "0x01", "1", "0x"}) {
    settings["wallet"]["chain_id"] = chain;
    CHECK(!parse_settings(settings.dump()));
  }
}

TEST_CASE("settings must be whole", "[settings]") {
  for (const char* key : {"name", "paths", "wallet"}) {
    json settings = good();
    settings.erase(key);
    CHECK(!parse_settings(settings.dump()));
  }
  CHECK(!parse_settings("[]"));
  CHECK(!parse_settings("{"));
}

TEST_CASE("a command reaches the instance as it was written", "[settings]") {
  json document = good();
  document["wallet"] = {{"type", "command"}};
  document["command"] = {{"argv", {"/bin/wallet", "--port", "{port}"}},
                         {"listen", "socket"},
                         {"health", "/well"}};
  auto settings = parse_settings(document.dump());
  REQUIRE(settings);
  REQUIRE(settings->command);
  CHECK(settings->command->argv ==
        std::vector<std::string>{"/bin/wallet", "--port", "{port}"});
  CHECK(settings->command->listen == CommandSettings::Listen::socket);
  CHECK(settings->command->health == "/well");
  CHECK(settings->port.locks == "/s/ports.lock");
}

TEST_CASE("a command that is wrong, or of another wallet, is refused",
          "[settings]") {
  json document = good();
  document["wallet"] = {{"type", "command"}};
  const auto message = [&] {
    return parse_settings(document.dump()).error().message;
  };
  CHECK_THAT(message(), Catch::Contains("command goes with the wallet type"));
  for (const json& argv : {json::array(), json("ls"), json{1}, json()}) {
    document["command"] = {{"argv", argv}};
    CHECK_THAT(message(), Catch::Contains("command.argv must be a list"));
  }
  document["command"] = {{"argv", {"ls"}}, {"listen", "loudly"}};
  CHECK_THAT(message(), Catch::Contains("command.listen"));
  document["command"] = {{"argv", {"ls"}}, {"shell", true}};
  CHECK_THAT(message(), Catch::Contains("command.shell is no known setting"));
  document = good();
  document["command"] = {{"argv", {"ls"}}};
  CHECK_THAT(message(), Catch::Contains("command goes with the wallet type"));
}
