#include "server/wallets/dev_wallet.h"

#include <nlohmann/json.hpp>

#include "tests/server/wallets/fake_upstream.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::server;
using nlohmann::json;
using test::FakeUpstream;

namespace {

const std::string kAccount = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const std::string kStranger = "0x0000000000000000000000000000000000000001";

// A wallet of the test mnemonic, and its upstream if it has one.
struct Fixture {
  asio::io_context io;
  FakeUpstream* upstream = nullptr;  // owned by the wallet
  std::unique_ptr<DevWallet> wallet;
  std::vector<std::pair<std::string, json>> events;

  explicit Fixture(bool with_upstream = false, json upstream_chain = "0x7a69") {
    DevWalletOptions options;
    options.mnemonic =
        "test test test test test test test test test test test junk";
    if (with_upstream) {
      auto node = std::make_unique<FakeUpstream>(io);
      node->answer("eth_chainId", std::move(upstream_chain));
      upstream = node.get();
      options.upstream = std::move(node);
    }
    wallet = DevWallet::create(io.get_executor(), std::move(options)).value();
    wallet->on_event([this](const std::string& event, const json& params) {
      events.emplace_back(event, params);
    });
    settle();
  }
  ~Fixture() {
    if (!stopped) stop();
  }

  // Runs until nothing is ready.
  void settle() {
    io.restart();
    io.poll();
  }
  void stop() {
    stopped = true;
    bool done = false;
    asio::co_spawn(io, wallet->stop(),
                   [&done](const std::exception_ptr&) { done = true; });
    settle();
    CHECK(done);
  }
  RpcResult ask(const std::string& method, json params = json::array()) {
    return test::run(io, wallet->request(method, std::move(params))).value();
  }
  int code(const std::string& method, json params = json::array()) {
    const auto answer = ask(method, std::move(params));
    return answer ? 0 : answer.error().code;
  }
  bool stopped = false;
};

// An upstream that mines: every raw transaction raises the nonce.
struct Chain {
  int nonce = 5;
  std::vector<std::string> sent;

  explicit Chain(FakeUpstream& upstream) {
    upstream.answers["eth_getTransactionCount"] = [this](const json&) {
      return json("0x" + std::to_string(nonce));
    };
    upstream.answers["eth_sendRawTransaction"] = [this](const json& params) {
      ++nonce;
      sent.push_back(params[0]);
      return json("0xhash" + std::to_string(sent.size()));
    };
    upstream.answer("eth_estimateGas", "0x5208");
    upstream.answer("eth_getBlockByNumber", {{"baseFeePerGas", "0x10"}});
    upstream.answer("eth_maxPriorityFeePerGas", "0x3");
    upstream.answer("eth_gasPrice", "0x18");
  }
};

json transfer(json extra = json::object()) {
  json transaction = {{"from", kAccount}, {"to", kStranger}, {"value", "0x1"}};
  transaction.update(extra);
  return json::array({transaction});
}

// The whole transaction: what the filled one must equal, byte for byte.
json market_fields(int nonce) {
  return {{"nonce", "0x" + std::to_string(nonce)},
          {"gas", "0x5208"},
          {"maxFeePerGas", "0x23"},
          {"maxPriorityFeePerGas", "0x3"}};
}

}  // namespace

TEST_CASE("a wallet of a wrong mnemonic is refused", "[wallets]") {
  asio::io_context io;
  DevWalletOptions options;
  options.mnemonic = "test test";
  const auto wallet = DevWallet::create(io.get_executor(), std::move(options));
  REQUIRE(wallet.has_error());
  CHECK(wallet.error().code == Errc::invalid);
}

TEST_CASE("a dev wallet says who and where it is", "[wallets]") {
  Fixture f;
  const auto accounts = f.ask("eth_accounts").value();
  CHECK(accounts.size() == 10);
  CHECK(accounts[0] == kAccount);
  CHECK(f.ask("eth_requestAccounts").value() == accounts);
  CHECK(f.ask("eth_chainId").value() == "0x7a69");
  CHECK(f.ask("net_version").value() == "31337");
  CHECK(f.ask("web3_clientVersion").value() == "Berth/" BERTH_VERSION);
  CHECK(f.wallet->chain_id() == "0x7a69");
  CHECK(f.wallet->health().ok);
}

TEST_CASE("personal_sign takes bytes, text and the swapped order",
          "[wallets]") {
  Fixture f;
  // By viem: privateKeyToAccount(account 0).signMessage({message: "hi"}).
  const std::string signature =
      "0x391170eff11e409daa3255919c45e25593a40a52475d2a84c8dca1ff5ff1d38d"
      "51079619191ba2d5503d0caa32049acbfce5771dca9932197e91f517884b1db11c";
  CHECK(f.ask("personal_sign", {"0x6869", kAccount}).value() == signature);
  CHECK(f.ask("personal_sign", {"hi", kAccount}).value() == signature);
  CHECK(f.ask("personal_sign", {kAccount, "0x6869"}).value() == signature);
  CHECK(f.ask("personal_sign", {"0x686", kAccount}).value() != signature);
  CHECK(f.code("personal_sign", {"0x6869", kStranger}) == 4100);
  CHECK(f.code("personal_sign", {"0x6869", "0xabc"}) == -32602);
  CHECK(f.code("personal_sign", json::array({"0x6869"})) == -32602);
  CHECK(f.code("personal_sign", {1, kAccount}) == -32602);
  CHECK(f.code("personal_sign", json::object()) == -32602);
}

TEST_CASE("typed data is taken as an object and as text", "[wallets]") {
  Fixture f;
  const json domain_type =
      json::array({{{"name", "name"}, {"type", "string"}}});
  const json document = {{"types", {{"EIP712Domain", domain_type}}},
                         {"primaryType", "EIP712Domain"},
                         {"domain", {{"name", "x"}}},
                         {"message", json::object()}};
  const auto signature =
      f.ask("eth_signTypedData_v4", {kAccount, document}).value();
  CHECK(f.ask("eth_signTypedData_v4", {kAccount, document.dump()}).value() ==
        signature);
  CHECK(f.code("eth_signTypedData_v4", {kStranger, document}) == 4100);
  CHECK(f.code("eth_signTypedData_v4", {document, kAccount}) == -32602);
  CHECK(f.code("eth_signTypedData_v4", json::array({kAccount})) == -32602);
  const auto twice =
      f.ask("eth_signTypedData_v4", {kAccount, R"({"domain":{},"domain":{}})"});
  REQUIRE(twice.has_error());
  CHECK_THAT(twice.error().message, Catch::Contains("duplicate key"));
  json elsewhere = document;
  elsewhere["domain"]["chainId"] = 1;
  CHECK(f.code("eth_signTypedData_v4", {kAccount, elsewhere}) == -32602);
}

TEST_CASE("the wallet stays on its chain", "[wallets]") {
  Fixture f;
  const json own = json::array({{{"chainId", "0x7a69"}}});
  const json other = json::array({{{"chainId", "0x1"}}});
  CHECK(f.ask("wallet_switchEthereumChain", own).value().is_null());
  CHECK(f.ask("wallet_addEthereumChain", own).value().is_null());
  CHECK(f.code("wallet_switchEthereumChain", other) == 4902);
  CHECK(f.code("wallet_addEthereumChain", other) == 4200);
  CHECK(f.code("wallet_switchEthereumChain") == -32602);
  CHECK(f.code("wallet_addEthereumChain", {{{"chainId", 1}}}) == -32602);
}

TEST_CASE("permissions are answered as EIP-2255 has them", "[wallets]") {
  Fixture f;
  const auto permissions =
      f.ask("wallet_requestPermissions", {{{"eth_accounts", json::object()}}})
          .value();
  REQUIRE(permissions.size() == 1);
  CHECK(permissions[0]["parentCapability"] == "eth_accounts");
  CHECK(permissions[0]["caveats"][0]["type"] == "restrictReturnedAccounts");
  CHECK(permissions[0]["caveats"][0]["value"] == f.ask("eth_accounts").value());
  CHECK(f.ask("wallet_getPermissions").value() == permissions);
  CHECK(f.ask("wallet_revokePermissions").value().is_null());
  CHECK(f.ask("wallet_watchAsset").value() == true);
  CHECK(f.code("wallet_requestPermissions") == -32602);
  CHECK(f.code("wallet_requestPermissions", {{{"camera", {}}}}) == -32602);
}

TEST_CASE("methods that nobody should use are named in a 4200", "[wallets]") {
  Fixture f(true);
  for (const char* method : {"eth_sign", "eth_signTypedData", "eth_coinbase",
                             "eth_signTransaction", "personal_unlockAccount",
                             "debug_traceTransaction", "", "eth_getBalanceX"}) {
    const auto answer = f.ask(method);
    REQUIRE(answer.has_error());
    CHECK(answer.error().code == 4200);
    CHECK_THAT(answer.error().message,
               Catch::StartsWith(std::string(method) + " is not supported"));
  }
  CHECK_THAT(f.ask("eth_sign").error().message,
             Catch::Contains("use personal_sign"));
}

TEST_CASE("without an upstream, reads and sends say how to set one",
          "[wallets]") {
  Fixture f;
  for (const char* method : {"eth_getBalance", "eth_sendTransaction"}) {
    const auto answer = f.ask(method, transfer());
    REQUIRE(answer.has_error());
    CHECK(answer.error().code == 4900);
    CHECK_THAT(answer.error().message,
               Catch::Contains("berth profile set NAME upstream URL"));
  }
}

TEST_CASE("reads go to the upstream, its errors come back", "[wallets]") {
  Fixture f(true);
  f.upstream->answers["eth_getBalance"] = [](const json& params) {
    return json::array({"seen", params});
  };
  const json params = {kAccount, "latest"};
  CHECK(f.ask("eth_getBalance", params).value() ==
        json::array({"seen", params}));
  f.upstream->answers["eth_call"] = [](const json&) {
    return RpcError{3, "execution reverted", "0x08c379a0"};
  };
  const auto reverted = f.ask("eth_call");
  REQUIRE(reverted.has_error());
  CHECK(reverted.error().code == 3);
  CHECK(reverted.error().message == "execution reverted");
  CHECK(reverted.error().data == "0x08c379a0");
}

TEST_CASE("the gaps of a transaction are filled from the upstream",
          "[wallets]") {
  Fixture f(true);
  Chain chain(*f.upstream);
  CHECK(f.ask("eth_sendTransaction", transfer()).value() == "0xhash1");
  CHECK(f.ask("eth_sendTransaction", transfer(market_fields(5))).value() ==
        "0xhash2");
  CHECK(chain.sent[0].starts_with("0x02"));
  CHECK(chain.sent[0] == chain.sent[1]);
}

TEST_CASE("a chain without a fee market gets a legacy transaction",
          "[wallets]") {
  Fixture f(true);
  Chain chain(*f.upstream);
  f.upstream->answer("eth_getBlockByNumber", json::object());
  f.ask("eth_sendTransaction", transfer()).value();
  const json filled = {
      {"gasPrice", "0x18"}, {"gas", "0x5208"}, {"nonce", "0x5"}};
  f.ask("eth_sendTransaction", transfer(filled)).value();
  CHECK(chain.sent[0].starts_with("0xf8"));
  CHECK(chain.sent[0] == chain.sent[1]);
  CHECK(f.code("eth_sendTransaction", transfer({{"type", "0x2"}})) == -32602);
}

TEST_CASE("type 0x0 asks for the gas price on every chain", "[wallets]") {
  Fixture f(true);
  Chain chain(*f.upstream);
  f.ask("eth_sendTransaction", transfer({{"type", "0x0"}})).value();
  f.ask("eth_sendTransaction",
        transfer({{"gasPrice", "0x18"}, {"nonce", "0x5"}}))
      .value();
  CHECK(chain.sent[0] == chain.sent[1]);
}

TEST_CASE("half of the fees is completed to the other half", "[wallets]") {
  Fixture f(true);
  Chain chain(*f.upstream);
  f.ask("eth_sendTransaction",
        transfer({{"maxPriorityFeePerGas", "0x3"}, {"nonce", "0x5"}}))
      .value();
  f.ask("eth_sendTransaction",
        transfer({{"maxFeePerGas", "0x23"}, {"nonce", "0x5"}}))
      .value();
  f.ask("eth_sendTransaction", transfer(market_fields(5))).value();
  CHECK(chain.sent[0] == chain.sent[2]);
  CHECK(chain.sent[1] == chain.sent[2]);
  // A tip above a cap that the sender set is lowered to it.
  f.ask("eth_sendTransaction",
        transfer({{"maxFeePerGas", "0x1"}, {"nonce", "0x5"}}))
      .value();
  json low = market_fields(5);
  low["maxFeePerGas"] = low["maxPriorityFeePerGas"] = "0x1";
  f.ask("eth_sendTransaction", transfer(low)).value();
  CHECK(chain.sent[3] == chain.sent[4]);
}

TEST_CASE("an upstream that knows no tip: the gas price less the base fee",
          "[wallets]") {
  Fixture f(true);
  Chain chain(*f.upstream);
  f.upstream->answers.erase("eth_maxPriorityFeePerGas");
  f.ask("eth_sendTransaction", transfer()).value();
  json fields = market_fields(5);
  fields["maxPriorityFeePerGas"] = "0x8";
  fields["maxFeePerGas"] = "0x28";
  f.ask("eth_sendTransaction", transfer(fields)).value();
  CHECK(chain.sent[0] == chain.sent[1]);
}

TEST_CASE("sends of the same moment get one nonce each", "[wallets]") {
  Fixture f(true);
  Chain chain(*f.upstream);
  std::vector<std::string> answers;
  for (int i = 0; i < 3; ++i)
    asio::co_spawn(f.io, f.wallet->request("eth_sendTransaction", transfer()),
                   [&](const std::exception_ptr&, const RpcResult& answer) {
                     answers.push_back(answer.value());
                   });
  f.settle();
  CHECK(answers == std::vector<std::string>{"0xhash1", "0xhash2", "0xhash3"});
  REQUIRE(chain.sent.size() == 3);
  for (int i = 0; i < 3; ++i) {
    f.ask("eth_sendTransaction", transfer(market_fields(5 + i))).value();
    CHECK(chain.sent.back() == chain.sent[i]);
  }
}

TEST_CASE("a send that waits can be cancelled, those behind it go on",
          "[wallets]") {
  Fixture f(true);
  Chain chain(*f.upstream);
  asio::cancellation_signal cancel;
  int failed = 0;
  int sent = 0;
  const auto done = [&](const std::exception_ptr& error, const RpcResult&) {
    ++(error ? failed : sent);
  };
  const auto send = [&] {
    return f.wallet->request("eth_sendTransaction", transfer());
  };
  asio::co_spawn(f.io, send(), done);
  asio::co_spawn(f.io, send(),
                 asio::bind_cancellation_slot(cancel.slot(), done));
  asio::co_spawn(f.io, send(), done);
  f.io.restart();
  f.io.poll_one();
  f.io.poll_one();
  f.io.poll_one();
  cancel.emit(asio::cancellation_type::terminal);
  f.settle();
  CHECK(failed == 1);
  CHECK(sent == 2);
  CHECK(chain.sent.size() == 2);
}

TEST_CASE("a send that fails leaves the way free for the next", "[wallets]") {
  Fixture f(true);
  Chain chain(*f.upstream);
  f.upstream->answers["eth_estimateGas"] = [](const json&) {
    return RpcError{3, "execution reverted"};
  };
  CHECK(f.code("eth_sendTransaction", transfer()) == 3);
  f.upstream->answer("eth_estimateGas", 21000);
  CHECK(f.code("eth_sendTransaction", transfer()) == -32603);
  f.upstream->answer("eth_getBlockByNumber", nullptr);
  CHECK(f.code("eth_sendTransaction", transfer()) == -32603);
  CHECK(f.ask("eth_sendTransaction",
              transfer({{"gas", "0x1"}, {"gasPrice", "0x1"}}))
            .value() == "0xhash1");
}

TEST_CASE("transactions that are wrong are refused with the place",
          "[wallets]") {
  Fixture f(true);
  Chain chain(*f.upstream);
  struct Case {
    json extra;
    std::string place;
  };
  auto wrong = GENERATE(
      Case{{{"chainId", "0x1"}},
           "chainId: is 1, this wallet is on chain 31337"},
      Case{{{"from", nullptr}}, "from: is missing"},
      Case{{{"from", "me"}}, "from: expected an address"},
      Case{{{"to", "0x12"}}, "to: expected an address"},
      Case{{{"to", nullptr}}, "to: is missing"},
      Case{{{"value", 1}}, "value: expected a 0x quantity"},
      Case{{{"gas", "21000"}}, "gas: expected a 0x quantity"},
      Case{{{"data", "0x1"}}, "data: expected bytes"},
      Case{{{"data", "0x12"}, {"input", "0x13"}}, "input: differs from data"},
      Case{{{"type", "0x1"}}, "type: only 0x0"},
      Case{{{"type", "0x3"}}, "type: only 0x0"},
      Case{{{"gasPrice", "0x1"}, {"maxFeePerGas", "0x1"}},
           "gasPrice: a legacy"},
      Case{{{"type", "0x0"}, {"maxPriorityFeePerGas", "0x1"}},
           "gasPrice: a leg"},
      Case{{{"maxFeePerGas", "0x1"}, {"maxPriorityFeePerGas", "0x2"}},
           "maxPriorityFeePerGas: is above maxFeePerGas"},
      Case{{{"authorizationList", json::array()}}, "authorizationList: trans"},
      Case{{{"accessList", 1}}, "accessList: expected an array"},
      Case{{{"accessList", {1}}}, "accessList[0]: expected {address,"},
      Case{{{"accessList", json::array({{{"address", "x"},
                                         {"storageKeys", json::array()}}})}},
           "accessList[0].address: expected an address"},
      Case{{{"accessList", json::array({{{"address", kStranger},
                                         {"storageKeys", {"0x1"}}}})}},
           "accessList[0].storageKeys: expected 32 bytes each"});
  const auto answer = f.ask("eth_sendTransaction", transfer(wrong.extra));
  REQUIRE(answer.has_error());
  CHECK(answer.error().code == -32602);
  CHECK_THAT(answer.error().message,
             Catch::StartsWith("params[0]." + wrong.place));
  CHECK(chain.sent.empty());
}

TEST_CASE("a stranger's transaction is not ours to sign", "[wallets]") {
  Fixture f(true);
  Chain chain(*f.upstream);
  CHECK(f.code("eth_sendTransaction", transfer({{"from", kStranger}})) == 4100);
  CHECK(f.code("eth_sendTransaction", json::array()) == -32602);
  CHECK(chain.sent.empty());
}

TEST_CASE("nothing is sent to an upstream on another chain", "[wallets]") {
  Fixture f(true, "0x1");
  Chain chain(*f.upstream);
  CHECK_FALSE(f.wallet->health().ok);
  CHECK_THAT(f.wallet->health().reason,
             Catch::Contains("upstream http://node is on chain 1, this wallet "
                             "on chain 31337"));
  CHECK(f.code("eth_sendTransaction", transfer()) == 4901);
  CHECK(chain.sent.empty());
  f.upstream->answer("eth_chainId", "0x7a69");
  CHECK(f.ask("eth_sendTransaction", transfer()).value() == "0xhash1");
  CHECK(f.wallet->health().ok);
  // An upstream that changes its chain while it is connected.
  f.upstream->answer("eth_chainId", "0x2");
  CHECK(f.code("eth_sendTransaction", transfer()) == 4901);
}

TEST_CASE("an upstream that goes and comes is told to the clients",
          "[wallets]") {
  Fixture f(true);
  CHECK(f.events.empty());
  f.upstream->is_connected = false;
  f.upstream->state(false);
  REQUIRE(f.events.size() == 1);
  CHECK(f.events[0].first == "disconnect");
  CHECK(f.events[0].second["code"] == 4900);
  CHECK(f.wallet->health().reason == "upstream http://node is not connected");
  CHECK(f.code("eth_sendTransaction", transfer()) == 4900);

  f.upstream->is_connected = true;
  f.upstream->answer("eth_chainId", "0x1");
  f.upstream->state(true);
  f.settle();
  REQUIRE(f.events.size() == 2);
  CHECK(f.events[1].first == "connect");
  CHECK(f.events[1].second == json{{"chainId", "0x7a69"}});
  CHECK_THAT(f.wallet->health().reason, Catch::Contains("is on chain 1"));
}

TEST_CASE("what a subscription delivers becomes a message event", "[wallets]") {
  Fixture f(true);
  const json params = {{"subscription", "0x1"},
                       {"result", {{"number", "0x2"}}}};
  f.upstream->notify(params);
  REQUIRE(f.events.size() == 1);
  CHECK(f.events[0].first == "message");
  CHECK(f.events[0].second ==
        json{{"type", "eth_subscription"}, {"data", params}});
}

TEST_CASE("stop ends what is pending and waits for it", "[wallets]") {
  Fixture f(true);
  Chain chain(*f.upstream);
  f.upstream->hanging = {"eth_getBalance", "eth_estimateGas"};
  std::vector<int> codes;
  const auto spawn = [&](const char* method) {
    asio::co_spawn(f.io, f.wallet->request(method, transfer()),
                   [&](const std::exception_ptr&, const RpcResult& answer) {
                     codes.push_back(answer ? 0 : answer.error().code);
                   });
  };
  spawn("eth_getBalance");
  spawn("eth_sendTransaction");
  spawn("eth_sendTransaction");
  f.settle();
  CHECK(codes.empty());
  const auto calls = f.upstream->calls;
  f.stop();
  CHECK(f.upstream->calls == calls);
  CHECK(codes == std::vector<int>{4900, 4900, 4900});
  CHECK(chain.sent.empty());
}
