#include "server/wallets/number.h"

#include "tests/support/catch.h"

using namespace berth;
using namespace berth::server;

TEST_CASE("a quantity is 0x and 1 to 64 hex digits", "[wallets]") {
  CHECK(parse_quantity("0x0") == Number(0));
  CHECK(parse_quantity("0x00ff") == Number(255));
  CHECK(parse_quantity("0xFfF") == Number(4095));
  CHECK(parse_quantity("0x" + std::string(64, 'f')) ==
        Number((Number(1) << 256) - 1));
  auto wrong = GENERATE(as<std::string>(), "", "0x", "1", "0xg", "0X1", "-0x1",
                        "0x" + std::string(65, '0'), " 0x1", "0x1 ");
  CAPTURE(wrong);
  CHECK_FALSE(parse_quantity(wrong));
}

TEST_CASE("quantities are written in lower case without leading zeros",
          "[wallets]") {
  CHECK(to_quantity(0) == "0x0");
  CHECK(to_quantity(31337) == "0x7a69");
  CHECK(to_quantity(Number(0xabcdef)) == "0xabcdef");
}

TEST_CASE("an integer is decimal or hex text", "[wallets]") {
  CHECK(parse_integer("0") == Number(0));
  CHECK(parse_integer("-170") == Number(-170));
  CHECK(parse_integer("0xaa") == Number(170));
  CHECK(parse_integer("007") == Number(7));
  auto wrong = GENERATE(as<std::string>(), "", "-", "1.0", "1e3", "--1", "-0x1",
                        " 1", std::string(79, '1'));
  CAPTURE(wrong);
  CHECK_FALSE(parse_integer(wrong));
}

TEST_CASE("words are 32 bytes, negative numbers in two's complement",
          "[wallets]") {
  CHECK(hex_encode(to_word(258)) == std::string(60, '0') + "0102");
  CHECK(hex_encode(to_word(-1)) == std::string(64, 'f'));
  CHECK(hex_encode(to_word(-256)) == std::string(62, 'f') + "00");
}
