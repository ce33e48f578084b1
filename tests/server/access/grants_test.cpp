#include "server/access/grants.h"

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"
#include "tests/support/temp_dir.h"

using namespace berth;
using namespace berth::server;
using namespace std::chrono_literals;
using nlohmann::json;
using test::read_text;
using test::write_text;

namespace {

const std::string kApp = "https://app.example";
const std::string kLocal = "http://localhost:3000";
const std::string kAccount = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

struct Fixture {
  test::TempDir dir;
  test::FakeTimers timers;
  Changes changes;
  std::filesystem::path file = dir / "grants.json";

  std::unique_ptr<Grants> open() {
    auto grants = std::make_unique<Grants>(file, timers, changes);
    REQUIRE(grants->load());
    return grants;
  }
  // Files of the directory that begin so.
  std::vector<std::filesystem::path> beside() {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(dir.path()))
      if (entry.path() != file) found.push_back(entry.path());
    return found;
  }
};

}  // namespace

TEST_CASE("a grant outlives the instance", "[grants]") {
  Fixture f;
  REQUIRE(f.open()->grant(kApp, {kAccount}));
  const auto again = f.open();
  CHECK(again->accounts(kApp) == Accounts{kAccount});
  CHECK(again->accounts("http://app.example").empty());
  CHECK(again->accounts("https://app.example:8443").empty());
  const auto mode = std::filesystem::status(f.file).permissions();
  CHECK(mode == (std::filesystem::perms::owner_read |
                 std::filesystem::perms::owner_write));
}

TEST_CASE("grants have the shape of EIP-2255", "[grants]") {
  Fixture f;
  const auto grants = f.open();
  REQUIRE(grants->grant(kApp, {"0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266"}));
  const json permission = grants->list().at(0);
  CHECK(permission["invoker"] == kApp);
  CHECK(permission["parentCapability"] == "eth_accounts");
  CHECK(permission["caveats"] ==
        json::parse(R"([{"type":"restrictReturnedAccounts","value":[")" +
                    kAccount + R"("]}])"));
  CHECK(permission["remembered"] == true);
}

TEST_CASE("a revoked grant does not come back", "[grants]") {
  Fixture f;
  const auto grants = f.open();
  REQUIRE(grants->grant(kApp, {kAccount}));
  CHECK(grants->revoke(kApp).value());
  CHECK(grants->accounts(kApp).empty());
  CHECK(f.open()->accounts(kApp).empty());
  CHECK_FALSE(grants->revoke(kApp).value());
}

TEST_CASE("a loopback origin is never remembered", "[grants]") {
  Fixture f;
  const auto grants = f.open();
  REQUIRE(grants->grant(kLocal, {kAccount}));
  REQUIRE(grants->grant(kApp, {kAccount}));
  CHECK(grants->accounts(kLocal) == Accounts{kAccount});
  CHECK(f.open()->accounts(kLocal).empty());
  std::vector<std::string> told;
  grants->on_change([&](const std::string& origin) { told.push_back(origin); });
  f.timers.advance(Grants::kLoopbackLife - 1ms);
  CHECK(grants->accounts(kLocal) == Accounts{kAccount});
  f.timers.advance(1ms);
  CHECK(grants->accounts(kLocal).empty());
  CHECK(grants->accounts(kApp) == Accounts{kAccount});
  CHECK(told == std::vector{kLocal});
}

TEST_CASE("a loopback origin granted anew has its whole time", "[grants]") {
  Fixture f;
  const auto grants = f.open();
  REQUIRE(grants->grant(kLocal, {kAccount}));
  f.timers.advance(Grants::kLoopbackLife - 1ms);
  REQUIRE(grants->grant(kLocal, {kAccount}));
  f.timers.advance(Grants::kLoopbackLife - 1ms);
  CHECK(grants->accounts(kLocal) == Accounts{kAccount});
}

TEST_CASE("every change is told", "[grants]") {
  Fixture f;
  const auto grants = f.open();
  int told = 0;
  grants->on_change([&](const std::string&) { ++told; });
  const auto before = f.changes.revision();
  REQUIRE(grants->grant(kApp, {kAccount}));
  CHECK(told == 1);
  REQUIRE(grants->revoke(kApp));
  CHECK(told == 2);
  REQUIRE(grants->revoke(kApp));
  CHECK(told == 2);
  CHECK(f.changes.revision() == before + 2);
}

TEST_CASE("only accounts are granted, to origins", "[grants]") {
  Fixture f;
  const auto grants = f.open();
  CHECK(!grants->grant("null", {kAccount}));
  CHECK(!grants->grant("https://App.example", {kAccount}));
  CHECK(!grants->grant(kApp, {}));
  CHECK(!grants->grant(kApp, {"0x12"}));
  CHECK(grants->list().empty());
  CHECK(!std::filesystem::exists(f.file));
}

TEST_CASE("a damaged file grants nothing and is kept aside", "[grants]") {
  Fixture f;
  REQUIRE(f.open()->grant(kApp, {kAccount}));
  const json good = json::parse(read_text(f.file));
  json text = good, loopback = good, twice = good, more = good, none = good;
  text["grants"][0]["invoker"] = "https://App.example";
  loopback["grants"][0]["invoker"] = kLocal;
  twice["grants"].push_back(good["grants"][0]);
  more["grants"][0]["parentCapability"] = "eth_sign";
  none["grants"][0]["caveats"][0]["value"] = json::array();
  const std::string damaged =
      GENERATE_COPY(std::string("{"), std::string(), std::string("[]"),
                    text.dump(), loopback.dump(), twice.dump(), more.dump(),
                    none.dump());
  write_text(f.file, damaged);
  const auto grants = f.open();
  CHECK(grants->list().empty());
  REQUIRE(f.beside().size() == 1);
  CHECK(read_text(f.beside()[0]) == damaged);
  REQUIRE(grants->grant(kApp, {kAccount}));
  CHECK(read_text(f.beside()[0]) == damaged);
}

TEST_CASE("grants have so much room, remembered or not", "[grants]") {
  Fixture f;
  const auto grants = f.open();
  const std::string scheme = GENERATE("https://", "http://localhost:");
  // A few large ones in place of thousands.
  const Accounts many(2000, kAccount);
  int port = 1;
  const auto next = [&] {
    return scheme + (scheme == "https://" ? "a" : "") + std::to_string(port++);
  };
  auto granted = grants->grant(next(), many);
  while (granted && port < 100) granted = grants->grant(next(), many);
  REQUIRE_FALSE(granted);
  CHECK(granted.error().code == Errc::no_space);
  CHECK(grants->list().size() == std::size_t(port) - 2);
  CHECK(grants->list().dump().size() < Grants::kMaxFileBytes);
}

TEST_CASE("a grant that cannot be written is none", "[grants]") {
  Fixture f;
  Grants grants(f.dir / "gone/grants.json", f.timers, f.changes);
  REQUIRE(grants.load());
  int told = 0;
  grants.on_change([&](const std::string&) { ++told; });
  CHECK(!grants.grant(kApp, {kAccount}));
  CHECK(grants.accounts(kApp).empty());
  CHECK(told == 0);
}

TEST_CASE("a revocation that cannot be written counts and is told",
          "[grants]") {
  Fixture f;
  std::filesystem::create_directory(f.dir / "data");
  Grants grants(f.dir / "data/grants.json", f.timers, f.changes);
  REQUIRE(grants.grant(kApp, {kAccount}));
  std::filesystem::remove_all(f.dir / "data");
  CHECK(!grants.revoke(kApp));
  CHECK(grants.accounts(kApp).empty());
}
