#include "server/wallets/eip712.h"

#include <nlohmann/json.hpp>

#include "registry/base/encoding.h"
#include "registry/base/strict_json.h"
#include "server/wallets/eip712_types.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::server;
using nlohmann::json;

namespace {

// The example of the EIP.
json mail() {
  return parse_json(R"({
    "types": {
      "EIP712Domain": [
        {"name": "name", "type": "string"},
        {"name": "version", "type": "string"},
        {"name": "chainId", "type": "uint256"},
        {"name": "verifyingContract", "type": "address"}],
      "Person": [
        {"name": "name", "type": "string"},
        {"name": "wallet", "type": "address"}],
      "Mail": [
        {"name": "from", "type": "Person"},
        {"name": "to", "type": "Person"},
        {"name": "contents", "type": "string"}]},
    "primaryType": "Mail",
    "domain": {
      "name": "Ether Mail", "version": "1", "chainId": 1,
      "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
    "message": {
      "from": {"name": "Cow",
               "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
      "to": {"name": "Bob",
             "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
      "contents": "Hello, Bob!"}})")
      .value();
}

// One field `x` of `type` with `value`.
json one_field(const std::string& type, const json& value) {
  json document = mail();
  document["types"]["One"] = json::array({{{"name", "x"}, {"type", type}}});
  document["primaryType"] = "One";
  document["message"] = {{"x", value}};
  return document;
}

json changed(const std::string& pointer, const json& value) {
  json document = mail();
  document[json::json_pointer(pointer)] = value;
  return document;
}

json without(const std::string& parent, const std::string& key) {
  json document = mail();
  document[json::json_pointer(parent)].erase(key);
  return document;
}

std::string problem(const json& document) {
  const auto digest = typed_data_digest(document, 1);
  if (digest) return "accepted";
  CHECK(digest.error().code == rpc_code::invalid_params);
  return digest.error().message;
}

}  // namespace

TEST_CASE("the example of EIP-712 has the digest of the EIP", "[wallets]") {
  const auto digest = typed_data_digest(mail(), 1);
  REQUIRE(digest.has_value());
  CHECK(hex_encode(*digest) ==
        "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
}

TEST_CASE("encodeType names the struct first and the others sorted",
          "[wallets]") {
  json types = mail()["types"];
  types["Attachment"] = json::array({{{"name", "b"}, {"type", "bytes"}}});
  types["Mail"].push_back({{"name", "files"}, {"type", "Attachment[2][]"}});
  const auto parsed = eip712::Types::parse(types);
  REQUIRE(parsed.has_value());
  CHECK(parsed->encode_type("Mail") ==
        "Mail(Person from,Person to,string contents,Attachment[2][] files)"
        "Attachment(bytes b)Person(string name,address wallet)");
}

TEST_CASE("a null or missing struct ends a recursive type, as in MetaMask",
          "[wallets]") {
  // The digest is the one of MetaMask's eth-sig-util 8.
  const auto document =
      parse_json(
          R"({"types":{"EIP712Domain":[{"name":"name","type":"string"}],)"
          R"("Person":[{"name":"name","type":"string"},)"
          R"({"name":"parent","type":"Person"},)"
          R"({"name":"friends","type":"Person[]"}]},"primaryType":"Person",)"
          R"("domain":{"name":"d"},"message":{"name":"a","parent":)"
          R"({"name":"b","parent":null,"friends":[]},)"
          R"("friends":[{"name":"c","friends":[]}]}})")
          .value();
  const auto digest = typed_data_digest(document, 1);
  REQUIRE(digest.has_value());
  CHECK(hex_encode(*digest) ==
        "bb6248970a280b2bf9ca1e6a0758334457a1b92d481fe0734a302224ba7213b1");
}

TEST_CASE("members that the types do not name change nothing", "[wallets]") {
  CHECK(*typed_data_digest(changed("/message/extra", 1), 1) ==
        *typed_data_digest(mail(), 1));
}

TEST_CASE("values that fit their type are accepted", "[wallets]") {
  struct Case {
    std::string type;
    json value;
  };
  auto fits = GENERATE(
      Case{"uint8", 255}, Case{"uint8", "255"}, Case{"uint8", "0xff"},
      Case{"int8", -128}, Case{"int8", "-128"}, Case{"int8", 127},
      Case{"uint256", "0x" + std::string(64, 'f')}, Case{"bytes1", "0xaa"},
      Case{"bytes32", "0x" + std::string(64, 'a')}, Case{"bytes", "0x"},
      Case{"bool", false}, Case{"string", ""}, Case{"uint8[]", json::array()},
      Case{"uint8[2]", {1, 2}},
      Case{"address", "0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826"});
  CAPTURE(fits.type, fits.value);
  CHECK(typed_data_digest(one_field(fits.type, fits.value), 1).has_value());
}

TEST_CASE("values that do not fit their type are refused with their path",
          "[wallets]") {
  struct Case {
    std::string type;
    json value;
    std::string expected = "message.x: expected";
  };
  auto wrong = GENERATE(
      Case{"uint8", 256}, Case{"uint8", -1}, Case{"uint8", "0x100"},
      Case{"int8", 128}, Case{"int8", -129}, Case{"uint8", 1.0},
      Case{"uint256", 1e30}, Case{"uint8", true}, Case{"uint8", "one"},
      Case{"uint8", nullptr}, Case{"uint8", ""},
      Case{"uint256", "0x1" + std::string(64, '0')}, Case{"bool", "true"},
      Case{"bool", 1}, Case{"string", 1}, Case{"bytes", "hello"},
      Case{"bytes", "0xabc"}, Case{"bytes2", "0xaa"},
      Case{"bytes2", "0xaaaaaa"}, Case{"bytes32", 1}, Case{"address", "0xcd2a"},
      Case{"address", "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD827"},
      Case{"uint8[2]", {1}}, Case{"uint8[]", 1}, Case{"Person", "Cow"},
      Case{"uint8[][]", {{1}, {2, 300}}, "message.x[1][1]: expected uint8"},
      Case{"Person[]", json::array({{{"name", "a"}}}),
           "message.x[0].wallet: is missing"});
  CAPTURE(wrong.type, wrong.value);
  CHECK_THAT(problem(one_field(wrong.type, wrong.value)),
             Catch::StartsWith(wrong.expected));
}

TEST_CASE("types that EIP-712 does not have are refused with their path",
          "[wallets]") {
  auto type = GENERATE(as<std::string>(), "uint", "int", "uint7", "uint264",
                       "uint08", "int0", "bytes0", "bytes33", "Nobody", "",
                       "uint8[", "uint8]", "uint8[x]", "uint8[-1]", "uint8[0]",
                       "[]", "uint8 ", "address payable", "function");
  CAPTURE(type);
  CHECK_THAT(problem(one_field(type, 1)),
             Catch::StartsWith("types.One[0].type: unknown type"));
}

TEST_CASE("a document that is not whole is refused with what is wrong",
          "[wallets]") {
  CHECK(problem(json(1)) == "typed data: is not an object");
  CHECK(problem(without("", "types")) == "types: is missing");
  CHECK(problem(without("", "primaryType")) == "primaryType: is missing");
  CHECK(problem(without("", "domain")) == "domain: is missing");
  CHECK(problem(without("", "message")) == "message: is missing");
  CHECK(problem(changed("/primaryType", 1)) == "primaryType: is not a string");
  CHECK(problem(changed("/domain", nullptr)) == "domain: is not an object");
  CHECK(problem(changed("/message", nullptr)) == "message: is not an object");
  CHECK(problem(changed("/types", 1)) == "types: is not an object");
  CHECK(problem(changed("/types/Mail", 1)) ==
        "types.Mail: is not an array of fields");
  CHECK(problem(changed("/types/Mail/0", 1)) ==
        "types.Mail[0]: is not an object {name, type}");
  CHECK(problem(changed("/types/Mail/0/type", 1)) ==
        "types.Mail[0].type: is not a string");
  CHECK(problem(changed("/types/Mail/0/name", "a,b")) ==
        "types.Mail[0].name: \"a,b\" is not an identifier");
  CHECK(problem(changed("/types/Mail/1/name", "from")) ==
        "types.Mail[1].name: \"from\" is there twice");
  CHECK(problem(changed("/types/a b", json::array())) ==
        "types.a b: is not an identifier");
  CHECK(problem(changed("/types/uint8", json::array())) ==
        "types.uint8: is the name of a built-in type");
  CHECK(problem(changed("/primaryType", "Nobody")) ==
        "primaryType: \"Nobody\" is not among the types");
  CHECK(problem(without("/types", "EIP712Domain")) ==
        "types.EIP712Domain: is missing");
  CHECK(problem(without("/domain", "version")) ==
        "domain.version: is missing, type string");
}

TEST_CASE("a domain that names another chain is refused", "[wallets]") {
  auto chain = GENERATE(json(2), json("2"), json("0x2"), json("one"), json());
  CAPTURE(chain);
  CHECK_THAT(problem(changed("/domain/chainId", chain)),
             Catch::StartsWith("domain.chainId: expected the chain of this "
                               "wallet, 1, got"));
  CHECK(problem(changed("/domain/chainId", "0x1")) == "accepted");
}

TEST_CASE("a document has at most 128 types, whose hashes take their time",
          "[wallets]") {
  const auto chain = [](int length) {
    json document = mail();
    json types{{"EIP712Domain", document["types"]["EIP712Domain"]}};
    for (int i = 0; i < length; ++i)
      types["T" + std::to_string(i)] = json::array(
          {{{"name", "x"}, {"type", "T" + std::to_string((i + 1) % length)}}});
    document["types"] = types;
    document["primaryType"] = "T0";
    document["message"] = {{"x", nullptr}};
    return document;
  };
  CHECK(problem(chain(127)) == "accepted");
  CHECK(problem(chain(128)) == "types: more than 128");
}

TEST_CASE("a type has at most 32 dimensions", "[wallets]") {
  const auto brackets = [](int count) {
    std::string type = "bool";
    for (int i = 0; i < count; ++i) type += "[]";
    return one_field(type, json::array());
  };
  CHECK(problem(brackets(32)) == "accepted");
  CHECK(problem(brackets(33)).starts_with("types.One[0].type: unknown type"));
}
