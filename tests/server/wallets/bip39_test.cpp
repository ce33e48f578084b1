#include "server/wallets/bip39.h"

#include <algorithm>
#include <set>
#include <string>

#include "registry/base/encoding.h"
#include "server/wallets/bip39_english.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::server;

TEST_CASE("the word list is the one of BIP-39", "[wallets]") {
  std::string text;
  for (const char* word : kBip39English) text.append(word).append("\n");
  const ByteView bytes{reinterpret_cast<const std::uint8_t*>(text.data()),
                       text.size()};
  CHECK(hex_encode(sha256(bytes)) ==
        "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
}

TEST_CASE("the vectors of BIP-39 hold", "[wallets]") {
  struct Vector {
    std::string entropy, mnemonic, seed;
  };
  auto v = GENERATE(
      Vector{"00000000000000000000000000000000",
             "abandon abandon abandon abandon abandon abandon abandon abandon "
             "abandon abandon abandon about",
             "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531"
             "f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04"},
      Vector{"808080808080808080808080808080808080808080808080",
             "letter advice cage absurd amount doctor acoustic avoid letter "
             "advice cage absurd amount doctor acoustic avoid letter always",
             "107d7c02a5aa6f38c58083ff74f04c607c2d2c0ecc55501dadd72d025b751bc27"
             "fe913ffb796f841c49b1d33b610cf0e91d3aa239027f5e99fe4ce9e5088cd65"},
      Vector{"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
             "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo "
             "zoo zoo zoo zoo zoo zoo zoo vote",
             "dd48c104698c30cfe2b6142103248622fb7bb0ff692eebb00089b32d22484e161"
             "3912f0a5b694407be899ffd31ed3992c456cdf60f5d4564b8ba3f05a69890ad"},
      Vector{
          "9e885d952ad362caeb4efe34a8e91bd2",
          "ozone drill grab fiber curtain grace pudding thank cruise elder "
          "eight picnic",
          "274ddc525802f7c828d8ef7ddbcdc5304e87ac3535913611fbbfa986d0c9e5476"
          "c91689f9c8a54fd55bd38606aa6a8595ad213d4c9c9f9aca3fb217069a41028"});
  const auto entropy = hex_decode(v.entropy).value();
  CHECK(mnemonic_of(entropy).text() == v.mnemonic);
  const auto parsed = parse_mnemonic(v.mnemonic);
  REQUIRE(parsed.has_value());
  CHECK(parsed->text() == v.mnemonic);
  CHECK(hex_encode(mnemonic_seed(*parsed, "TREZOR").bytes()) == v.seed);
}

TEST_CASE("a mnemonic file may break lines and end with one", "[wallets]") {
  const auto parsed = parse_mnemonic(
      "  test test test test test test\n test\ttest test test  test junk\r\n");
  REQUIRE(parsed.has_value());
  CHECK(parsed->text() ==
        "test test test test test test test test test test test junk");
}

TEST_CASE("what is no mnemonic is refused with the reason, unquoted",
          "[wallets]") {
  struct Wrong {
    std::string text, reason;
  };
  auto wrong = GENERATE(
      Wrong{"", "a mnemonic has 12, 15, 18, 21 or 24 words: this one has 0"},
      Wrong{"test test test", "words: this one has 3"},
      Wrong{"test test test test test test test test test test test junk test",
            "words: this one has 13"},
      Wrong{"test test test test test test test test test test test test",
            "the checksum of the mnemonic does not hold"},
      Wrong{"test test test secretword test test test test test test test junk",
            "word 4 of the mnemonic is not in the English BIP-39 list"},
      Wrong{"test test test test test test test test test test test Junk",
            "word 12 of the mnemonic"});
  const auto parsed = parse_mnemonic(wrong.text);
  REQUIRE(!parsed);
  CHECK(parsed.error().code == Errc::invalid);
  CHECK_THAT(parsed.error().message, Catch::Contains(wrong.reason));
  CHECK(parsed.error().message.find("secretword") == std::string::npos);
}

TEST_CASE("a new mnemonic is 12 words, valid and not the last one again",
          "[wallets]") {
  std::set<std::string> seen;
  for (int i = 0; i < 20; ++i) {
    const auto mnemonic = generate_mnemonic();
    CHECK(std::ranges::count(mnemonic.text(), ' ') == 11);
    CHECK(parse_mnemonic(mnemonic.text()).has_value());
    seen.insert(mnemonic.text());
  }
  CHECK(seen.size() == 20);
}
