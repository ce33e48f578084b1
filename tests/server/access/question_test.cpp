#include "server/access/question.h"

#include "tests/support/catch.h"

using namespace berth::server;
using nlohmann::json;

namespace {

const std::string kAccount = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

}  // namespace

TEST_CASE("what reads needs no person", "[question]") {
  for (const char* method :
       {"eth_call", "eth_accounts", "eth_chainId", "net_version",
        "web3_clientVersion", "eth_subscribe", "linea_estimateGas",
        "eth_requestAccounts", "wallet_revokePermissions"})
    CHECK(kind_of(method).empty());
}

TEST_CASE("what is not known to be harmless needs a person", "[question]") {
  for (const char* method :
       {"eth_sign", "eth_signTypedData", "eth_sendRawTransactionSync",
        "wallet_sendCalls", "eth_getEncryptionPublicKey", "nonsense"})
    CHECK(kind_of(method) == "other");
}

TEST_CASE("a message is shown as text where it is text", "[question]") {
  auto question =
      make_question("personal_sign", json{"0x68656c6c6f", kAccount});
  REQUIRE(question);
  CHECK(question->kind == "message");
  CHECK(question->account == kAccount);
  CHECK(question->content == json{{"text", "hello"}, {"hex", "0x68656c6c6f"}});

  question = make_question("personal_sign", json{kAccount, "hello"});
  REQUIRE(question);
  CHECK(question->account == kAccount);
  CHECK(question->content["text"] == "hello");

  question = make_question("personal_sign", json{"0xff00", kAccount});
  REQUIRE(question);
  CHECK(question->content == json{{"hex", "0xff00"}});
}

TEST_CASE("typed data is shown in full", "[question]") {
  const json document{{"domain", {{"name", "x"}}}, {"message", {{"to", "y"}}}};
  for (const json& given : {document, json(document.dump())}) {
    auto question =
        make_question("eth_signTypedData_v4", json{kAccount, given});
    REQUIRE(question);
    CHECK(question->account == kAccount);
    CHECK(question->content == document);
  }
}

TEST_CASE("a transaction is shown with its fields", "[question]") {
  const json transaction{{"from", kAccount}, {"to", kAccount}, {"value", "0x1"}};
  auto question =
      make_question("eth_sendTransaction", json::array({transaction}));
  REQUIRE(question);
  CHECK(question->account == kAccount);
  CHECK(question->content == transaction);
}

TEST_CASE("a call that is known is shown decoded", "[question]") {
  const std::string call =
      "0x095ea7b3"
      "000000000000000000000000f39fd6e51aad88f6f4ce6ab8827279cfffb92266"
      "000000000000000000000000000000000000000000000000000000000000007b";
  const auto content = [&](json more) {
    json transaction{{"from", kAccount}, {"to", kAccount}};
    transaction.update(more);
    auto question =
        make_question("eth_sendTransaction", json::array({transaction}));
    REQUIRE(question);
    return question->content;
  };
  for (const json& shown :
       {content({{"data", call}}), content({{"input", call}}),
        content({{"data", nullptr}, {"input", call}}),
        content({{"data", call}, {"input", call}})})
    CHECK(shown["decoded"]["arguments"][1]["value"] == "123");
  for (const json& shown :
       {content({{"data", call}, {"input", "0x"}}),
        content({{"data", "0x0"}, {"input", call}}),
        content({{"data", "no hex"}}), content({{"data", 1}}),
        content({{"data", call}, {"to", nullptr}}),
        content({{"data", "0x12345678"}})})
    CHECK_FALSE(shown.contains("decoded"));
}

TEST_CASE("nobody is asked about what cannot be shown", "[question]") {
  struct Case {
    const char* method;
    json params;
  };
  const auto wrong = GENERATE(
      Case{"personal_sign", json::array()},
      Case{"personal_sign", json{"0x00", "0x12"}},
      Case{"eth_signTypedData_v4", json{kAccount}},
      Case{"eth_signTypedData_v4", json{"0x12", json::object()}},
      Case{"eth_signTypedData_v4", json{kAccount, R"({"a":1,"a":2})"}},
      Case{"eth_sendTransaction", json::array()},
      // What a page says of its call would pass for what we say of it.
      Case{"eth_sendTransaction",
           json::array({json{{"from", kAccount}, {"decoded", {{"a", "b"}}}}})},
      Case{"eth_sendTransaction", json::array({json::object()})});
  const auto question = make_question(wrong.method, wrong.params);
  REQUIRE(!question);
  CHECK(question.error().code == rpc_code::invalid_params);
}
