#include "provider/client/page_info.h"

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"

using namespace berth::provider;
using nlohmann::json;

namespace {

const Looks kBob{"bob", "abcdefgh234567ab", "Bob's", "#112233", ""};
const json kListed{{"status", "running"},
                   {"state", "ready"},
                   {"chain_id", "0x1"},
                   {"wallet", "dev"},
                   {"port", 8766}};

}  // namespace

TEST_CASE("rdns is stable for an origin and differs by profile and origin",
          "[page_info]") {
  const std::string label = "abcdefgh234567ab";
  const auto rdns = rdns_of(label, "https://a.example");
  CHECK(rdns == rdns_of(label, "https://a.example"));
  CHECK(rdns != rdns_of(label, "https://b.example"));
  CHECK(rdns != rdns_of("bbcdefgh234567ab", "https://a.example"));
  // python3 -c 'import hmac,base64; print(base64.b32encode(hmac.new(
  //   b"abcdefgh234567ab", b"https://a.example", "sha256").digest()))'
  CHECK(rdns == "app.berth.bjxapgghlsibub5z");
}

TEST_CASE("a page knows a profile by its title, else by its name",
          "[page_info]") {
  const std::string origin = "https://a.example";
  const auto rdns = rdns_of(kBob.label, origin);
  CHECK(info_for_page(kBob, origin) == json{{"rdns", rdns},
                                            {"name", "Bob's"},
                                            {"color", "#112233"},
                                            {"icon", nullptr}});
  Looks untitled = kBob;
  untitled.title.clear();
  CHECK(info_for_page(untitled, origin)["name"] == "bob");
}

TEST_CASE("a person sees a profile, for whom it is granted, and no port",
          "[page_info]") {
  const std::string origin = "https://a.example";
  json shown{{"name", "bob"},       {"title", "Bob's"},
             {"color", "#112233"},  {"icon", nullptr},
             {"status", "running"}, {"state", "ready"},
             {"chain_id", "0x1"},   {"wallet", "dev"},
             {"granted", true},     {"rdns", rdns_of(kBob.label, origin)}};
  CHECK(info_for_person(kBob, kListed, origin, true) == shown);
  shown["granted"] = shown["rdns"] = nullptr;
  CHECK(info_for_person(kBob, kListed, "", true) == shown);
}
