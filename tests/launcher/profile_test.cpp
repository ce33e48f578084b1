#include "launcher/profile.h"

#include "tests/support/catch.h"

using namespace berth::launcher;
using Catch::Matchers::Contains;

namespace {

constexpr const char* kLabel = "abcdefghijklmnop";

Profile good() {
  Profile profile;
  profile.label = kLabel;
  return profile;
}

}  // namespace

TEST_CASE("a profile comes back from its file as it was", "[launcher]") {
  Profile profile = good();
  profile.wallet = WalletType::forward;
  profile.upstream = "wss://node.example/path";
  profile.chain_id = 11155111;
  profile.title = "Alice (Sepolia)";
  profile.color = "#1a2b3c";
  profile.icon = "data:image/png;base64,AAAA";
  profile.port = 8770;
  profile.restart = RestartPolicy::on_failure;
  profile.autostart = true;
  REQUIRE(check(profile));
  const auto parsed = parse_profile(to_json(profile));
  REQUIRE(parsed.has_value());
  CHECK(*parsed == profile);
}

TEST_CASE("every key that can be set is a key of the listing", "[launcher]") {
  const auto fields = fields_of(good());
  REQUIRE(fields.size() == kProfileKeys.size());
  for (std::size_t i = 0; i < fields.size(); ++i)
    CHECK(fields[i].first == kProfileKeys[i]);
}

TEST_CASE("a syntax error in a profile is told by line and column",
          "[launcher]") {
  const auto parsed = parse_profile("{\n  \"label\": \"a\",\n  oops\n}");
  REQUIRE_FALSE(parsed.has_value());
  CHECK_THAT(parsed.error().message, Contains("line 3, column 3"));
}

TEST_CASE("a wrong key of a profile is named", "[launcher]") {
  const auto& [json, named] = GENERATE(table<std::string, std::string>({
      {R"("colour":"#112233")", "\"colour\""},
      {R"("port":0)", "port"},
      {R"("port":"8766")", "port"},
      {R"("chain_id":-1)", "chain_id"},
      {R"("wallet":"paper")", "wallet"},
      {R"("wallet":7)", "wallet"},
      {R"("approve":"never")", "approve"},
      {R"("chain_id":1,"approve":"always")", "approve"},
      {R"("wallet":"forward","upstream":"http://x","approve":"always")",
       "approve"},
      {R"("restart":"sometimes")", "restart"},
      {R"("autostart":"yes")", "autostart"},
      {R"("color":"red")", "color"},
      {R"("icon":"http://x/y.png")", "icon"},
      {R"("upstream":"ftp://x")", "upstream"},
      {R"("wallet":"forward")", "upstream"},
  }));
  CAPTURE(json);
  const auto parsed =
      parse_profile("{\"label\":\"" + std::string(kLabel) + "\"," + json + "}");
  REQUIRE_FALSE(parsed.has_value());
  CHECK_THAT(parsed.error().message, Contains(named));
}

TEST_CASE("a profile without a label, or that is no object, is refused",
          "[launcher]") {
  CHECK_THAT(parse_profile("{}").error().message, Contains("label"));
  CHECK_THAT(parse_profile("[]").error().message, Contains("object"));
}

TEST_CASE("who is asked depends on the wallet, unless the profile says it",
          "[launcher]") {
  Profile profile = good();
  CHECK(approve_of(profile) == Approve::native);
  profile.wallet = WalletType::forward;
  CHECK(approve_of(profile) == Approve::ask);
  for (const auto approve : {Approve::ask, Approve::native, Approve::always}) {
    REQUIRE(set_field(profile, "approve", to_string(approve)));
    CHECK(approve_of(profile) == approve);
  }
  CHECK_FALSE(set_field(profile, "approve", "never"));
  REQUIRE(set_field(profile, "approve", ""));
  CHECK_FALSE(profile.approve);
}

TEST_CASE("an upstream must be a URL that a wallet can reach", "[launcher]") {
  Profile profile = good();
  for (const char* url : {"http://127.0.0.1:8545", "https://x", "ws://x",
                          "wss://x", "ipc:/run/geth.ipc"}) {
    profile.upstream = url;
    CHECK(check(profile));
  }
  for (const char* url : {"http://", "ipc:geth.ipc", "file:///etc/passwd", "x",
                          "http://a b", "http://a\n"}) {
    CAPTURE(url);
    profile.upstream = url;
    CHECK_FALSE(check(profile));
  }
}

TEST_CASE("an empty value resets what is optional", "[launcher]") {
  Profile profile = good();
  REQUIRE(set_field(profile, "port", "9000"));
  REQUIRE(set_field(profile, "chain-id", "0x1"));
  REQUIRE(set_field(profile, "title", "x"));
  for (const char* key : {"port", "chain_id", "title"})
    REQUIRE(set_field(profile, key, ""));
  CHECK(profile == good());
}

TEST_CASE("a key that does not exist is answered with those that do",
          "[launcher]") {
  Profile profile = good();
  const auto set = set_field(profile, "label", "x");
  REQUIRE(set.has_error());
  CHECK_THAT(set.error().message, Contains("no such key: label"));
  CHECK_THAT(set.error().hint, Contains("upstream"));
}

TEST_CASE("a command comes back from its file as it was", "[launcher]") {
  Profile profile = good();
  profile.wallet = WalletType::command;
  profile.command = {"/opt/wallet", "--port={port}", "", "a b \"c\" \xc3\xa9"};
  profile.listen = Listen::socket;
  profile.health = "/healthz?full=1";
  REQUIRE(check(profile));
  const auto parsed = parse_profile(to_json(profile));
  REQUIRE(parsed.has_value());
  CHECK(*parsed == profile);
}

TEST_CASE("a command is set as a JSON list", "[launcher]") {
  Profile profile = good();
  REQUIRE(set_field(profile, "command", R"(["anvil", "--port", "{port}"])"));
  CHECK(profile.command ==
        std::vector<std::string>{"anvil", "--port", "{port}"});
  CHECK(check(profile));  // kept for when the wallet is one
  REQUIRE(set_field(profile, "wallet", "command"));
  CHECK(check(profile));
  for (const char* wrong : {"anvil --port 1", "[1]", "{}", "\"anvil\"", "["}) {
    CAPTURE(wrong);
    const auto set = set_field(profile, "command", wrong);
    REQUIRE_FALSE(set);
    CHECK_THAT(set.error().message, Contains("JSON list"));
  }
  REQUIRE(set_field(profile, "command", ""));
  CHECK_THAT(check(profile).error().message, Contains("command is missing"));
}

TEST_CASE("a command is found from anywhere, or refused", "[launcher]") {
  Profile profile = good();
  profile.wallet = WalletType::command;
  for (const char* program : {"./wallet", "bin/wallet", "../wallet", ""}) {
    CAPTURE(program);
    profile.command = {program};
    CHECK_FALSE(check(profile));
  }
  for (const char* program : {"/opt/wallet", "wallet"}) {
    profile.command = {program};
    CHECK(check(profile));
  }
  profile.command = {"wallet", std::string("a\0b", 3)};
  CHECK_FALSE(check(profile));
}

TEST_CASE("a health path is a path", "[launcher]") {
  Profile profile = good();
  for (const char* path : {"healthz", "http://x/", "/a b", "/a\r\nX: y"}) {
    CAPTURE(path);
    profile.health = path;
    CHECK_FALSE(check(profile));
  }
  profile.health = "/healthz";
  CHECK(check(profile));
}
