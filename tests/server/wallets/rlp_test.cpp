#include "server/wallets/rlp.h"

#include <string>

#include "tests/support/catch.h"

using namespace berth;
using namespace berth::server;

namespace {

Bytes text(std::string_view content) {
  return rlp::encode(ByteView{
      reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
}

}  // namespace

TEST_CASE("texts are encoded as the RLP examples say", "[wallets]") {
  CHECK(hex_encode(text("dog")) == "83646f67");
  CHECK(hex_encode(text("")) == "80");
  CHECK(hex_encode(text(std::string(1, '\0'))) == "00");
  CHECK(hex_encode(text("\x0f")) == "0f");
  CHECK(hex_encode(text("\x7f")) == "7f");
  CHECK(hex_encode(text("\x80")) == "8180");
  CHECK(hex_encode(text(std::string(55, 'a'))).substr(0, 4) == "b761");
  CHECK(hex_encode(text(std::string(56, 'a'))).substr(0, 6) == "b83861");
  CHECK(hex_encode(text(std::string(1024, 'a'))).substr(0, 8) == "b9040061");
}

TEST_CASE("numbers are encoded without leading zeros", "[wallets]") {
  CHECK(hex_encode(rlp::encode(Number(0))) == "80");
  CHECK(hex_encode(rlp::encode(Number(15))) == "0f");
  CHECK(hex_encode(rlp::encode(Number(128))) == "8180");
  CHECK(hex_encode(rlp::encode(Number(1024))) == "820400");
  CHECK(hex_encode(rlp::encode(Number("0x100000000000000000000"))) ==
        "8b0100000000000000000000");
}

TEST_CASE("lists are encoded as the RLP examples say", "[wallets]") {
  CHECK(hex_encode(rlp::encode_list({})) == "c0");
  CHECK(hex_encode(rlp::encode_list({text("cat"), text("dog")})) ==
        "c88363617483646f67");
  const auto empty = rlp::encode_list({});
  const auto one = rlp::encode_list({empty});
  const auto two = rlp::encode_list({empty, one});
  CHECK(hex_encode(rlp::encode_list({empty, one, two})) == "c7c0c1c0c3c0c1c0");
  const auto lorem =
      text("Lorem ipsum dolor sit amet, consectetur adipisicing elit");
  CHECK(hex_encode(rlp::encode_list({lorem})).substr(0, 8) == "f83ab838");
}
