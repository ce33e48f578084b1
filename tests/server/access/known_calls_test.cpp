// The bytes are what encodeFunctionData of viem 2 makes of the calls.
#include "server/access/known_calls.h"

#include "registry/base/encoding.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::server;
using nlohmann::json;

namespace {

const std::string kA = "70997970c51812dc3a010c7d01b50e0d17dc79c8";
const std::string kB = "3c44cdddb6a900fa2b585dd299e03d12fa4293bc";

std::optional<json> decode(const std::string& hex) {
  return decode_call(hex_decode(hex).value());
}

json argument(const char* name, const char* type, const std::string& value) {
  return {{"name", name}, {"type", type}, {"value", value}};
}

struct Example {
  const char* function;
  std::string data;
  json arguments;
};

const std::string kTransfer =
    "a9059cbb"
    "00000000000000000000000070997970c51812dc3a010c7d01b50e0d17dc79c8"
    "0000000000000000000000000000000000000000000000000de0b6b3a7640000";
const std::string kSafeTransferWithData =
    "b88d4fde"
    "00000000000000000000000070997970c51812dc3a010c7d01b50e0d17dc79c8"
    "0000000000000000000000003c44cdddb6a900fa2b585dd299e03d12fa4293bc"
    "0000000000000000000000000000000000000000000000000000000000000007"
    "0000000000000000000000000000000000000000000000000000000000000080"
    "0000000000000000000000000000000000000000000000000000000000000002"
    "1234000000000000000000000000000000000000000000000000000000000000";
const std::string kSetApprovalForAll =
    "a22cb465"
    "00000000000000000000000070997970c51812dc3a010c7d01b50e0d17dc79c8"
    "0000000000000000000000000000000000000000000000000000000000000001";
const std::string kPermit =
    "d505accf"
    "00000000000000000000000070997970c51812dc3a010c7d01b50e0d17dc79c8"
    "0000000000000000000000003c44cdddb6a900fa2b585dd299e03d12fa4293bc"
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "0000000000000000000000000000000000000000000000000000000070dbd880"
    "000000000000000000000000000000000000000000000000000000000000001b"
    "1111111111111111111111111111111111111111111111111111111111111111"
    "2222222222222222222222222222222222222222222222222222222222222222";

const std::string kMaxDecimal =
    "11579208923731619542357098500868790785326998466564056403945758400791312963"
    "9"
    "935";

std::vector<Example> examples() {
  const json a = argument("to", "address", "0x" + kA);
  const json spender = argument("spender", "address", "0x" + kA);
  const json from = argument("from", "address", "0x" + kA);
  const json to = argument("to", "address", "0x" + kB);
  const json token = argument("tokenId", "uint256", "7");
  return {
      {"transfer(address,uint256)",
       kTransfer,
       {a, argument("amount", "uint256", "1000000000000000000")}},
      {"approve(address,uint256)",
       "095ea7b3"
       "00000000000000000000000070997970c51812dc3a010c7d01b50e0d17dc79c8"
       "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
       {spender, argument("amount", "uint256", kMaxDecimal)}},
      {"transferFrom(address,address,uint256)",
       "23b872dd"
       "00000000000000000000000070997970c51812dc3a010c7d01b50e0d17dc79c8"
       "0000000000000000000000003c44cdddb6a900fa2b585dd299e03d12fa4293bc"
       "000000000000000000000000000000000000000000000000000000000000007b",
       {from, to, argument("amount", "uint256", "123")}},
      {"increaseAllowance(address,uint256)",
       "39509351"
       "00000000000000000000000070997970c51812dc3a010c7d01b50e0d17dc79c8"
       "0000000000000000000000000000000000000000000000000000000000000005",
       {spender, argument("amount", "uint256", "5")}},
      {"permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
       kPermit,
       {argument("owner", "address", "0x" + kA),
        argument("spender", "address", "0x" + kB),
        argument("amount", "uint256", kMaxDecimal),
        argument("deadline", "uint256", "1893456000"),
        argument("v", "uint8", "27"),
        argument("r", "bytes32", "0x" + std::string(64, '1')),
        argument("s", "bytes32", "0x" + std::string(64, '2'))}},
      {"setApprovalForAll(address,bool)",
       kSetApprovalForAll,
       {argument("operator", "address", "0x" + kA),
        argument("approved", "bool", "true")}},
      {"safeTransferFrom(address,address,uint256)",
       "42842e0e"
       "00000000000000000000000070997970c51812dc3a010c7d01b50e0d17dc79c8"
       "0000000000000000000000003c44cdddb6a900fa2b585dd299e03d12fa4293bc"
       "0000000000000000000000000000000000000000000000000000000000000007",
       {from, to, token}},
      {"safeTransferFrom(address,address,uint256,bytes)",
       kSafeTransferWithData,
       {from, to, token, argument("data", "bytes", "0x1234")}},
      {"safeTransferFrom(address,address,uint256,uint256,bytes)",
       "f242432a"
       "00000000000000000000000070997970c51812dc3a010c7d01b50e0d17dc79c8"
       "0000000000000000000000003c44cdddb6a900fa2b585dd299e03d12fa4293bc"
       "0000000000000000000000000000000000000000000000000000000000000007"
       "0000000000000000000000000000000000000000000000000000000000000002"
       "00000000000000000000000000000000000000000000000000000000000000a0"
       "0000000000000000000000000000000000000000000000000000000000000000",
       {from, to, token, argument("amount", "uint256", "2"),
        argument("data", "bytes", "0x")}},
      {"multicall(bytes[])",
       "ac9650d8"
       "0000000000000000000000000000000000000000000000000000000000000020"
       "0000000000000000000000000000000000000000000000000000000000000001"
       "0000000000000000000000000000000000000000000000000000000000000020"
       "0000000000000000000000000000000000000000000000000000000000000002"
       "1234000000000000000000000000000000000000000000000000000000000000",
       json::array()},
      {"multicall(uint256,bytes[])", "5ae401dc", json::array()},
      {"multicall(bytes32,bytes[])", "1f0464d1", json::array()},
  };
}

// With the hex digits at `at` of `data` replaced.
std::string with(std::string data, std::size_t at, const std::string& digits) {
  return data.replace(at, digits.size(), digits);
}

}  // namespace

TEST_CASE("known calls are decoded", "[known_calls]") {
  for (const auto& example : examples()) {
    DYNAMIC_SECTION(example.function) {
      const auto decoded = decode(example.data);
      REQUIRE(decoded);
      CHECK((*decoded)["function"] == example.function);
      CHECK((*decoded)["arguments"] == example.arguments);
    }
  }
}

TEST_CASE("a call that is not exactly one of them is not", "[known_calls]") {
  for (const auto& example : examples()) {
    if (example.arguments.empty()) continue;
    DYNAMIC_SECTION(example.function) {
      CHECK_FALSE(decode(example.data + "00"));
      CHECK_FALSE(decode(example.data + std::string(64, '0')));
      CHECK_FALSE(decode(example.data.substr(0, example.data.size() - 2)));
      CHECK_FALSE(decode(example.data.substr(0, 8)));
      CHECK_FALSE(decode(with(example.data, 8, "01")));  // the address's zeros
    }
  }
  CHECK_FALSE(decode(""));
  CHECK_FALSE(decode("a9059c"));
  CHECK_FALSE(decode(with(kTransfer, 0, "a9059cbc")));
}

TEST_CASE("values that do not fit their type are not decoded",
          "[known_calls]") {
  const auto flag = kSetApprovalForAll.size() - 2;
  CHECK((*decode(with(kSetApprovalForAll, flag,
                      "00")))["arguments"][1]["value"] == "false");
  CHECK_FALSE(decode(with(kSetApprovalForAll, flag, "02")));
  CHECK_FALSE(decode(with(kPermit, 8 + 5 * 64 - 4, "01")));  // v: 256 and more
}

TEST_CASE("bytes stand where they belong, filled up with zeros",
          "[known_calls]") {
  const auto& call = kSafeTransferWithData;
  const auto offset = 8 + 4 * 64 - 2, length = 8 + 5 * 64 - 2;
  CHECK_FALSE(decode(with(call, offset, "a0")));
  CHECK_FALSE(decode(with(call, length, "21")));  // 33 bytes take two words
  CHECK_FALSE(decode(with(call, length, "01")));  // then 34 is no zero
  CHECK_FALSE(decode(with(call, length - 62, "ff")));
  CHECK_FALSE(decode(call.substr(0, 8 + 4 * 64)));
  CHECK(decode(with(call, length, "20")));
}

TEST_CASE("bytes that nobody reads are not decoded", "[known_calls]") {
  const auto with_bytes = [](std::size_t words, const std::string& length) {
    const auto head = kSafeTransferWithData.substr(0, 8 + 4 * 64);
    return head + std::string(64 - length.size(), '0') + length +
           std::string(words * 64, '1');
  };
  CHECK(decode(with_bytes(128, "1000")));
  CHECK_FALSE(decode(with_bytes(129, "1020")));
}

TEST_CASE("what can be read in two ways says so", "[known_calls]") {
  for (const auto& example : examples()) {
    const std::string function = example.function;
    const bool two_ways = function == "approve(address,uint256)" ||
                          function.starts_with("transferFrom");
    CHECK(decode(example.data)->contains("note") ==
          (two_ways || function.starts_with("multicall")));
  }
}
