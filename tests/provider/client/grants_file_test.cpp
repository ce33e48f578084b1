#include "provider/client/grants_file.h"

#include <nlohmann/json.hpp>

#include "registry/base/files.h"
#include "registry/claim.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"
#include "tests/support/temp_home.h"

using namespace berth;
using namespace berth::provider;
using nlohmann::json;

namespace {

// As an instance writes it.
json permission(const std::string& origin) {
  return {{"invoker", origin},
          {"parentCapability", "eth_accounts"},
          {"granted_at", "2026-01-01T00:00:00.000Z"},
          {"caveats",
           {{{"type", "restrictReturnedAccounts"},
             {"value", {"0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"}}}}}};
}

std::string document(const std::vector<std::string>& origins) {
  json grants = json::array();
  for (const auto& origin : origins) grants.push_back(permission(origin));
  return json{{"grants", grants}}.dump(2) + "\n";
}

struct Home {
  test::TempHome home;
  Paths paths = home.paths();
  std::filesystem::path file = paths.data_of("alice") / "grants.json";

  void write(const std::string& text) {
    REQUIRE(make_private_directory(paths.data_of("alice")));
    REQUIRE(replace_file(file, text));
  }
};

const std::string kOne = "https://one.example";
const std::string kTwo = "https://two.example";

}  // namespace

TEST_CASE("a grant is forgotten, the others stay as they were", "[grants]") {
  Home h;
  h.write(document({kOne, kTwo}));
  CHECK(forget_grant(h.paths, "alice", kOne).value());
  CHECK(test::read_text(h.file) == document({kTwo}));
  CHECK_FALSE(forget_grant(h.paths, "alice", kOne).value());
  CHECK(test::read_text(h.file) == document({kTwo}));
}

TEST_CASE("where nothing was ever granted, nothing is written", "[grants]") {
  Home h;
  CHECK_FALSE(forget_grant(h.paths, "alice", kOne).value());
  CHECK_FALSE(std::filesystem::exists(h.file));
}

TEST_CASE("the grants of who uses the data are left to it", "[grants]") {
  Home h;
  h.write(document({kOne}));
  const auto claim = registry::Claim::take(h.paths.claim_of("alice"));
  REQUIRE(claim);
  const auto forgotten = forget_grant(h.paths, "alice", kOne);
  REQUIRE(!forgotten);
  CHECK(forgotten.error().code == Errc::already_running);
  CHECK(test::read_text(h.file) == document({kOne}));
}

TEST_CASE("damaged grants are left for the instance to set aside", "[grants]") {
  Home h;
  const std::string text = GENERATE("", "[]", R"({"grants":1})");
  h.write(text);
  CHECK(!forget_grant(h.paths, "alice", kOne));
  CHECK(!remembered_grants(h.paths, "alice"));
  CHECK(test::read_text(h.file) == text);
}
