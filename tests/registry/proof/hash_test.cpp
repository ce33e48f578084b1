#include "registry/proof/hash.h"

#include <string>
#include <string_view>

#include "registry/base/encoding.h"
#include "tests/support/catch.h"

using namespace berth;

namespace {

ByteView bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

TEST_CASE("SHA-256 gives the digest of FIPS 180", "[proof]") {
  CHECK(hex_encode(sha256(bytes("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("Keccak-256 gives Ethereum's digests, not those of SHA3", "[proof]") {
  CHECK(hex_encode(keccak256({})) ==
        "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  CHECK(hex_encode(keccak256(bytes("abc"))) ==
        "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  CHECK(
      hex_encode(keccak256(bytes("transfer(address,uint256)"))).substr(0, 8) ==
      "a9059cbb");
}

TEST_CASE("HMAC gives the second vector of RFC 4231", "[proof]") {
  const auto data = bytes("what do ya want for nothing?");
  CHECK(hex_encode(hmac_sha256(bytes("Jefe"), data)) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  std::array<std::uint8_t, 64> out;
  hmac_sha512(bytes("Jefe"), data, out);
  CHECK(hex_encode(out) ==
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
        "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

// RFC 4231, case 6.
TEST_CASE("a key longer than a block is hashed first", "[proof]") {
  const std::string key(131, '\xaa');
  std::array<std::uint8_t, 64> out;
  hmac_sha512(bytes(key),
              bytes("Test Using Larger Than Block-Size Key - Hash Key First"),
              out);
  CHECK(hex_encode(out) ==
        "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
        "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598");
}

TEST_CASE("PBKDF2 repeats its rounds", "[proof]") {
  std::array<std::uint8_t, 64> out;
  pbkdf2_hmac_sha512(bytes("password"), bytes("salt"), 2, out);
  CHECK(hex_encode(out) ==
        "e1d9c16aa681708a45f5c7c4e215ceb66e011a2e9f0040713f18aefdb866d53c"
        "f76cab2868a39b9f7840edce4fef5a82be67335c77a6068e04112754f27ccf4e");
}

TEST_CASE("row 16: equality in constant time is equality", "[proof]") {
  CHECK(equal_in_constant_time(bytes("same"), bytes("same")));
  CHECK(equal_in_constant_time({}, {}));
  CHECK_FALSE(equal_in_constant_time(bytes("same"), bytes("some")));
  CHECK_FALSE(equal_in_constant_time(bytes("same"), bytes("same ")));
  CHECK_FALSE(equal_in_constant_time(bytes("same"), {}));
}
