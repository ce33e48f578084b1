#include "server/wallets/transaction.h"

#include <algorithm>

#include "tests/support/catch.h"

using namespace berth;
using namespace berth::server;

TEST_CASE("the example of EIP-155 is signed as the EIP says", "[wallets]") {
  Transaction t;
  t.chain_id = 1;
  t.nonce = 9;
  t.fee = LegacyFee{Number("20000000000")};
  t.gas = 21000;
  t.to = parse_address("0x3535353535353535353535353535353535353535");
  t.value = Number("1000000000000000000");
  SecretKey key;
  std::ranges::fill(key.bytes(), 0x46);

  CHECK(hex_encode(signing_digest(t)) ==
        "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");
  CHECK(hex_encode(sign_transaction(t, Secp256k1(), key)) ==
        "f86c098504a817c800825208943535353535353535353535353535353535353535880d"
        "e0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1"
        "590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1"
        "966a3b6d83");
}
