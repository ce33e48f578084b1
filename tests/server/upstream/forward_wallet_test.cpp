#include "server/wallets/forward_wallet.h"

#include "tests/server/upstream/fixture.h"

using namespace berth::test;
using berth::server::ForwardOptions;
using berth::server::ForwardWallet;

namespace {

const json kAccounts{"0x01", "0x02"};

struct WalletFixture {
  explicit WalletFixture(const std::string& scheme, ForwardOptions options = {})
      : f(scheme) {
    f.node->answer("eth_accounts", kAccounts);
    auto made = berth::server::make_upstream(f.node->url(scheme),
                                             f.io.get_executor(), f.timers);
    REQUIRE(made.has_value());
    wallet = std::make_unique<ForwardWallet>(
        std::move(*made), f.io.get_executor(), f.timers, std::move(options));
    wallet->on_event([this](const std::string& event, const json& params) {
      events.emplace_back(event, params);
    });
  }
  ~WalletFixture() { await(f.io, wallet->stop()); }

  void connect() {
    run_until(f.io, [this] { return seen("connect") == 1; });
  }
  RpcResult get(const std::string& method, json params = json::array()) {
    return await(f.io, wallet->request(method, std::move(params)));
  }
  int code(const std::string& method, json params = json::array()) {
    const auto result = get(method, std::move(params));
    return result ? 0 : result.error().code;
  }
  std::size_t seen(const std::string& event) const {
    return static_cast<std::size_t>(
        std::count_if(events.begin(), events.end(),
                      [&](const auto& e) { return e.first == event; }));
  }
  const json& last(const std::string& event) const {
    const auto found =
        std::find_if(events.rbegin(), events.rend(),
                     [&](const auto& e) { return e.first == event; });
    REQUIRE(found != events.rend());
    return found->second;
  }

  UpstreamFixture f;
  std::unique_ptr<ForwardWallet> wallet;
  std::vector<std::pair<std::string, json>> events;
};

ForwardOptions expecting(const std::string& chain) {
  ForwardOptions options;
  options.expected_chain_id = chain;
  return options;
}

}  // namespace

TEST_CASE("what needs keys and what reads goes upstream", "[forward]") {
  WalletFixture w("ws");
  w.connect();
  const std::string method =
      GENERATE("personal_sign", "eth_signTypedData_v4", "eth_sendTransaction",
               "eth_getBalance", "net_version", "web3_clientVersion",
               "wallet_watchAsset", "eth_subscribe");
  w.f.node->answer(method, "0xab");
  CHECK(w.get(method, {1, 2}).value() == "0xab");
  CHECK(w.f.node->calls.back().params == json({1, 2}));
}

TEST_CASE("what administers the node is never forwarded", "[forward]") {
  WalletFixture w("ws");
  w.connect();
  const std::string method = GENERATE(
      "admin_peers", "debug_setHead", "personal_unlockAccount",
      "personal_signTransaction", "miner_start", "engine_newPayloadV3",
      "anvil_setBalance", "hardhat_reset", "evm_mine", "txpool_content",
      "parity_setMode", "eth_sendUnsignedTransaction", "berth_hello", "");
  w.f.node->answer(method, true);
  CHECK(w.code(method) == 4200);
  CHECK(w.f.node->count(method) == 0);
}

TEST_CASE("a node without eth_requestAccounts shows its accounts",
          "[forward]") {
  WalletFixture w("ws");
  w.connect();
  const int code = GENERATE(-32601, -32602, 4200);
  w.f.node->fail("eth_requestAccounts", {{"code", code}, {"message", "no"}});
  CHECK(w.get("eth_requestAccounts").value() == kAccounts);
}

TEST_CASE("a refusal of eth_requestAccounts is not worked around",
          "[forward]") {
  WalletFixture w("ws");
  w.connect();
  w.f.node->fail("eth_requestAccounts", {{"code", 4001}, {"message", "no"}});
  CHECK(w.code("eth_requestAccounts") == 4001);
  CHECK(w.f.node->count("eth_accounts") == 0);
}

TEST_CASE("permissions are made of the accounts where the upstream has none",
          "[forward]") {
  WalletFixture w("ws");
  w.connect();
  const json expected = json::array(
      {{{"parentCapability", "eth_accounts"},
        {"caveats",
         {{{"type", "restrictReturnedAccounts"}, {"value", kAccounts}}}}}});
  const json wanted = json::array({{{"eth_accounts", json::object()}}});
  CHECK(w.get("wallet_getPermissions").value() == expected);
  CHECK(w.get("wallet_requestPermissions", wanted).value() == expected);
  CHECK(w.code("wallet_requestPermissions",
               json::array({{{"eth_other", json::object()}}})) == -32602);
  CHECK(w.code("wallet_requestPermissions") == -32602);

  w.f.node->answer("eth_accounts", json::array());
  CHECK(w.get("wallet_getPermissions").value() == json::array());
  w.f.node->answer("wallet_getPermissions", {1});
  CHECK(w.get("wallet_getPermissions").value() == json({1}));
}

TEST_CASE("a node that cannot switch is on its own chain only", "[forward]") {
  WalletFixture w("ws");
  w.connect();
  const auto to = [](const std::string& chain) {
    return json::array({{{"chainId", chain}}});
  };
  CHECK(w.get("wallet_switchEthereumChain", to("0x07A69")).value().is_null());
  CHECK(w.code("wallet_switchEthereumChain", to("0x1")) == 4902);
  CHECK(w.code("wallet_switchEthereumChain", to("mainnet")) == -32602);
  CHECK(w.code("wallet_switchEthereumChain") == -32602);
  w.f.node->fail("wallet_switchEthereumChain",
                 {{"code", 4001}, {"message", "no"}});
  CHECK(w.code("wallet_switchEthereumChain", to("0x7a69")) == 4001);
}

TEST_CASE("an upstream that switches its chain is followed", "[forward]") {
  WalletFixture w("ws");
  w.connect();
  w.f.node->on("wallet_switchEthereumChain", [](auto& node, const auto& call) {
    node.answer("eth_chainId", "0x1");
    node.reply(call, {{"id", call.id}, {"result", nullptr}});
  });
  const json to = json::array({{{"chainId", "0x1"}}});
  CHECK(w.get("wallet_switchEthereumChain", to).value().is_null());
  CHECK(w.wallet->chain_id() == "0x1");
  CHECK(w.last("chainChanged") == "0x1");
}

TEST_CASE("a wallet upstream's events are passed on", "[forward]") {
  WalletFixture w(GENERATE("ws", "ipc"));
  w.connect();
  w.f.node->push({{"method", "accountsChanged"}, {"params", {"0x03"}}});
  w.f.node->push({{"method", "chainChanged"}, {"params", "0x5"}});
  run_until(w.f.io, [&] { return w.seen("chainChanged") == 1; });
  CHECK(w.last("accountsChanged") == json({"0x03"}));
  CHECK(w.last("chainChanged") == "0x5");
  CHECK(w.wallet->chain_id() == "0x5");
}

TEST_CASE("a subscription's notifications are messages", "[forward]") {
  WalletFixture w("ws");
  w.connect();
  const json params{{"subscription", "0x1"}, {"result", "x"}};
  w.f.node->push({{"method", "eth_subscription"}, {"params", params}});
  run_until(w.f.io, [&] { return w.seen("message") == 1; });
  CHECK(w.last("message") ==
        json{{"type", "eth_subscription"}, {"data", params}});
}

TEST_CASE("loss and return of the upstream are told, and so is another chain",
          "[forward]") {
  WalletFixture w(GENERATE("ws", "ipc"));
  CHECK_FALSE(w.wallet->health().ok);
  CHECK_FALSE(w.wallet->chain_id());
  w.connect();
  CHECK(w.last("connect") == json{{"chainId", "0x7a69"}});
  CHECK(w.wallet->health().ok);

  w.f.node->drop_connections();
  run_until(w.f.io, [&] { return w.seen("disconnect") == 1; });
  CHECK(w.last("disconnect")["code"] == 4900);
  CHECK_FALSE(w.wallet->health().ok);
  CHECK(w.wallet->health().reason.find("cannot be reached") !=
        std::string::npos);
  CHECK(w.wallet->chain_id() == "0x7a69");
  CHECK(w.seen("chainChanged") == 0);

  w.f.node->answer("eth_chainId", "0x1");
  w.f.pass_until(1s, 250ms, [&] { return w.f.node->accepted == 2; });
  run_until(w.f.io, [&] { return w.seen("connect") == 2; });
  CHECK(w.last("connect") == json{{"chainId", "0x1"}});
  CHECK(w.last("chainChanged") == "0x1");
  CHECK(w.wallet->health().ok);
}

TEST_CASE("an upstream that does not tell its chain is degraded until it does",
          "[forward]") {
  WalletFixture w("ws");
  if (GENERATE(true, false))
    w.f.node->answer("eth_chainId", "mainnet");
  else
    w.f.node->fail("eth_chainId", {{"code", -32000}, {"message", "starting"}});
  run_until(w.f.io, [&] { return w.f.node->count("eth_chainId") == 1; });
  run_until(w.f.io, [&] {
    return w.wallet->health().reason.find("cannot be reached") ==
           std::string::npos;
  });
  run_ready(w.f.io);
  CHECK_FALSE(w.wallet->health().ok);
  CHECK(w.seen("connect") == 0);

  w.f.node->answer("eth_chainId", "0x1");
  w.f.timers.advance(5s);
  w.connect();
  CHECK(w.wallet->health().ok);
}

TEST_CASE("nothing is sent to another chain than the profile's", "[forward]") {
  WalletFixture w(GENERATE("ws", "http"), expecting("0x1"));
  w.connect();
  CHECK_FALSE(w.wallet->health().ok);
  CHECK(w.wallet->health().reason.find("0x7a69") != std::string::npos);
  CHECK(w.wallet->health().reason.find("0x1") != std::string::npos);
  const std::string method =
      GENERATE("eth_sendTransaction", "eth_sendRawTransaction",
               "eth_signTransaction", "wallet_sendCalls");
  w.f.node->answer(method, "0xab");
  CHECK(w.code(method) == 4901);
  CHECK(w.f.node->count(method) == 0);
  CHECK(w.get("eth_accounts").value() == kAccounts);
}

TEST_CASE("the chain is asked for anew before a transaction", "[forward]") {
  WalletFixture w("http", expecting("0x07A69"));
  w.connect();
  CHECK(w.wallet->health().ok);
  w.f.node->answer("eth_sendTransaction", "0xab");
  CHECK(w.get("eth_sendTransaction").value() == "0xab");
  w.f.node->answer("eth_chainId", "0x1");
  CHECK(w.code("eth_sendTransaction") == 4901);
  CHECK(w.f.node->count("eth_sendTransaction") == 1);
  CHECK_FALSE(w.wallet->health().ok);
}

TEST_CASE("an expected chain that is none lets nothing out", "[forward]") {
  WalletFixture w("ws", expecting("mainnet"));
  w.connect();
  w.f.node->answer("eth_sendTransaction", "0xab");
  CHECK(w.code("eth_sendTransaction") == 4901);
}

TEST_CASE("subscriptions over HTTP are unsupported", "[forward]") {
  WalletFixture w("http");
  w.connect();
  CHECK(w.code("eth_subscribe", {"newHeads"}) == 4200);
}
