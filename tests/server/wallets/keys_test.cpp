#include <algorithm>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "registry/base/encoding.h"
#include "server/wallets/hd_key.h"
#include "server/wallets/key_ring.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::server;

TEST_CASE("the vectors 1 and 3 of BIP-32 hold", "[wallets]") {
  struct Vector {
    std::string seed;
    std::vector<std::uint32_t> path;
    std::string key, chain_code;
  };
  const std::string seed1 = "000102030405060708090a0b0c0d0e0f";
  const std::string seed3 =
      "4b381541583be4423346c643850da4b320e46a87ae3d2a4e6da11eba819cd4ac"
      "ba45d239319ac14f863b8d5ab5a0d0c64d2e8a1e7d1457df2e5a3c51c73235be";
  auto v = GENERATE_COPY(
      Vector{
          seed1,
          {},
          "e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35",
          "873dff81c02f525623fd1fe5167eac3a55a049de3d314bb42ee227ffed37d508"},
      Vector{
          seed1,
          {kHardened},
          "edb2e14f9ee77d26dd93b4ecede8d16ed408ce149b6cd80b0715a2d911a0afea",
          "47fdacbd0f1097043b78c63c20c34ef4ed9a111d980047ad16282c7ae6236141"},
      Vector{
          seed1,
          {kHardened, 1, kHardened + 2, 2, 1000000000},
          "471b76e389e528d6de6d816857e012c5455051cad6660850e58372a6c3e6e7c8",
          "c783e67b921d2beb8f6b389cc646d7263b4145701dadd2161548a8b078e65e9e"},
      // Leading zeros of a key are kept.
      Vector{
          seed3,
          {},
          "00ddb80b067e0d4993197fe10f2657a844a384589847602d56f0c629c81aae32",
          "01d28a3e53cffa419ec122c968b3259e16b65076495494d97cae10bbfec3c36f"},
      Vector{
          seed3,
          {kHardened},
          "491f7a2eebc7b57028e0d3faa0acda02e75c33b03c48fb288c41e2ea44e1daef",
          "e5fea12a97b927fc9dc3d2cb0d1ea1cf50aa5a1fdc1f933e8906bb38df3377bd"});
  const auto derived = derive(Secp256k1(), hex_decode(v.seed).value(), v.path);
  REQUIRE(derived.has_value());
  CHECK(hex_encode(derived->key.bytes()) == v.key);
  CHECK(hex_encode(derived->chain_code.bytes()) == v.chain_code);
}

TEST_CASE("the accounts of the test mnemonic are those of hardhat and anvil",
          "[wallets]") {
  const auto mnemonic =
      parse_mnemonic(
          "test test test test test test test test test test test junk")
          .value();
  const auto ring = KeyRing::derive(mnemonic, 10);
  REQUIRE(ring.has_value());
  std::vector<std::string> addresses;
  for (const Address& address : ring->addresses())
    addresses.push_back(to_checksum_hex(address));
  CHECK(addresses ==
        std::vector<std::string>{"0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
                                 "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
                                 "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
                                 "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
                                 "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65",
                                 "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc",
                                 "0x976EA74026E726554dB657fA54763abd0C3a0aa9",
                                 "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955",
                                 "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f",
                                 "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720"});
  CHECK(hex_encode(ring->find(ring->addresses()[0])->bytes()) ==
        "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
  CHECK(ring->find(Address{}) == nullptr);
}

TEST_CASE("an address in both cases must carry the checksum of EIP-55",
          "[wallets]") {
  const auto parsed =
      parse_address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
  REQUIRE(parsed.has_value());
  CHECK(to_hex(*parsed) == "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed");
  CHECK(parse_address("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed") == parsed);
  CHECK(parse_address("0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED") == parsed);
  CHECK_FALSE(parse_address("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
  CHECK_FALSE(parse_address("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae"));
  CHECK_FALSE(parse_address("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg"));
  CHECK_FALSE(parse_address("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed00"));
}

TEST_CASE("a key is a number from 1 to the group order less one", "[wallets]") {
  const Secp256k1 curve;
  SecretKey key;
  CHECK_FALSE(curve.is_valid(key));
  key.bytes()[31] = 1;
  CHECK(curve.is_valid(key));
  std::ranges::fill(key.bytes(), 0xff);
  CHECK_FALSE(curve.is_valid(key));
}

TEST_CASE("a secret that was moved leaves nothing behind", "[wallets]") {
  Secret<4> secret;
  std::ranges::fill(secret.bytes(), 7);
  const Secret<4> moved = std::move(secret);
  CHECK(hex_encode(moved.bytes()) == "07070707");
  CHECK(hex_encode(secret.bytes()) == "00000000");

  SecretText text("short");
  const SecretText moved_text = std::move(text);
  CHECK(moved_text.text() == "short");
  CHECK(text.text().empty());
}

TEST_CASE("a secret wipes its memory when it goes", "[wallets]") {
  alignas(Secret<8>) std::uint8_t memory[sizeof(Secret<8>)];
  auto* secret = new (memory) Secret<8>;
  std::ranges::fill(secret->bytes(), 0xab);
  REQUIRE(hex_encode(memory) == "abababababababab");
  secret->~Secret();
  CHECK(hex_encode(memory) == "0000000000000000");
}
