#include "server/access/gate.h"

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"
#include "tests/support/io.h"
#include "tests/support/temp_dir.h"

using namespace berth;
using namespace berth::server;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const std::string kApp = "https://app.example";
const std::string kAccount = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const std::string kOther = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

// Answers every method with its name, and keeps what it was asked.
class FakeWallet : public Wallet {
 public:
  asio::awaitable<RpcResult> request(std::string method, json) override {
    co_return answer(method);
  }
  std::optional<RpcResult> answer_at_once(const std::string& method,
                                          const json&) override {
    if (method == "eth_subscribe") return std::nullopt;
    return answer(method);
  }
  bool knows(const std::string& method) const override {
    return method != "eth_sign";
  }
  void on_event(EventHandler) override {}
  WalletHealth health() const override { return {}; }
  std::optional<std::string> chain_id() const override { return "0x7a69"; }
  asio::awaitable<void> stop() override { co_return; }

  std::vector<std::string> asked;

 private:
  RpcResult answer(const std::string& method) {
    asked.push_back(method);
    if (method == "eth_accounts") return json{kAccount, kOther};
    return json(method);
  }
};

struct Fixture {
  asio::io_context io;
  test::TempDir dir;
  test::FakeTimers timers;
  FakeWallet wallet;
  Changes changes;
  Grants grants{dir / "grants.json", timers, changes};
  Approvals approvals{timers, changes, {}};
  std::vector<std::string> changed;
  Gate gate;

  explicit Fixture(Approve approve = Approve::native)
      : gate(wallet, grants, approvals, timers, approve, {},
             [this](const std::string& origin) { changed.push_back(origin); }) {
  }
  ~Fixture() {
    approvals.stop();
    test::run_ready(io);
  }

  using Waiting = std::shared_ptr<test::Running<RpcResult>>;
  Waiting ask(std::optional<std::string> origin, const std::string& method,
              json params = json::array()) {
    Caller caller{std::move(origin), 1};
    auto waiting =
        test::start(io, answer(std::move(caller), method, std::move(params)));
    test::run_ready(io);
    return waiting;
  }
  // As a session asks: without waiting where that may be.
  asio::awaitable<RpcResult> answer(Caller caller, std::string method,
                                    json params) {
    if (auto done = gate.answer_at_once(caller, method, params))
      co_return *done;
    auto done = co_await gate.request(std::move(caller), std::move(method),
                                      std::move(params));
    co_return done;
  }
  Waiting sign(std::optional<std::string> origin,
               const std::string& account = kAccount) {
    return ask(std::move(origin), "personal_sign", json{"0x00", account});
  }
  // 0: a result; -1: it still waits.
  int code(const Waiting& waiting) {
    test::run_ready(io);
    if (!waiting->value) return -1;
    return *waiting->value ? 0 : waiting->value->error().code;
  }
  json result(const Waiting& waiting) {
    test::run_ready(io);
    return waiting->value.value().value();
  }
  void decide(bool approve) {
    REQUIRE(approvals.list().size() == 1);
    REQUIRE(approvals.decide(approvals.list()[0]["id"], approve));
  }
  bool signed_something() const {
    return std::find(wallet.asked.begin(), wallet.asked.end(),
                     "personal_sign") != wallet.asked.end();
  }
};

const json kWanted = json::array({{{"eth_accounts", json::object()}}});

}  // namespace

TEST_CASE("a page without a grant gets 4100 and reaches no wallet", "[gate]") {
  Fixture f;
  for (const char* method : {"eth_chainId", "net_version", "eth_blockNumber",
                             "personal_sign", "eth_subscribe", "eth_sign"})
    CHECK(f.code(f.ask(kApp, method)) == rpc_code::unauthorized);
  CHECK(f.result(f.ask(kApp, "eth_accounts")) == json::array());
  CHECK(f.result(f.ask(kApp, "wallet_getPermissions")) == json::array());
  CHECK(f.wallet.asked.empty());
}

TEST_CASE("a page asks for accounts, and a person grants them", "[gate]") {
  Fixture f;
  const bool permissions = GENERATE(false, true);
  const auto waiting =
      permissions ? f.ask(kApp, "wallet_requestPermissions", kWanted)
                  : f.ask(kApp, "eth_requestAccounts");
  CHECK(f.code(waiting) == -1);
  const json shown = f.approvals.list().at(0);
  CHECK(shown["kind"] == "accounts");
  CHECK(shown["origin"] == kApp);
  CHECK(shown["content"]["accounts"] == json{kAccount, kOther});
  f.decide(true);
  const json result = f.result(waiting);
  CHECK(f.grants.accounts(kApp) == Accounts{kAccount, kOther});
  CHECK(f.changed == std::vector{kApp});
  if (permissions) {
    CHECK(result[0]["invoker"] == kApp);
    CHECK(result[0]["caveats"][0]["value"] == json{kAccount, kOther});
  } else {
    CHECK(result == json{kAccount, kOther});
  }
  CHECK(f.result(f.ask(kApp, "eth_requestAccounts")) == json{kAccount, kOther});
  CHECK(f.code(f.ask(kApp, "eth_chainId")) == 0);
}

TEST_CASE("a page that is denied has nothing", "[gate]") {
  Fixture f;
  const auto waiting = f.ask(kApp, "eth_requestAccounts");
  f.decide(false);
  CHECK(f.code(waiting) == rpc_code::rejected);
  CHECK(f.grants.accounts(kApp).empty());
  CHECK(f.code(f.ask(kApp, "eth_chainId")) == rpc_code::unauthorized);
}

TEST_CASE("a page may ask for accounts only", "[gate]") {
  Fixture f;
  for (const json& params :
       {json::array(), json::array({json::object()}),
        json::array({{{"eth_accounts", {}}, {"other", {}}}})})
    CHECK(f.code(f.ask(kApp, "wallet_requestPermissions", params)) ==
          rpc_code::invalid_params);
}

TEST_CASE("a granted page signs when a person says so", "[gate]") {
  Fixture f;
  REQUIRE(f.grants.grant(kApp, {kAccount}));
  const bool approve = GENERATE(true, false);
  const auto waiting = f.sign(kApp);
  CHECK(f.code(waiting) == -1);
  CHECK_FALSE(f.signed_something());
  CHECK(f.approvals.list()[0]["chain_id"] == "0x7a69");
  CHECK(f.code(f.ask(kApp, "eth_chainId")) == 0);
  f.decide(approve);
  CHECK(f.code(waiting) == (approve ? 0 : rpc_code::rejected));
  CHECK(f.signed_something() == approve);
}

TEST_CASE("a page uses the accounts it was granted only", "[gate]") {
  Fixture f;
  REQUIRE(f.grants.grant(kApp, {kAccount}));
  CHECK(f.code(f.sign(kApp, kOther)) == rpc_code::unauthorized);
  const json transaction{{"from", kOther}, {"to", kAccount}};
  CHECK(f.code(f.ask(kApp, "eth_sendTransaction",
                     json::array({transaction}))) == rpc_code::unauthorized);
  CHECK(f.approvals.list().empty());
  CHECK(f.result(f.ask(kApp, "eth_accounts")) == json{kAccount});
}

TEST_CASE("row 6: a grant is for scheme, host and port", "[gate]") {
  Fixture f;
  REQUIRE(f.grants.grant(kApp, {kAccount}));
  for (const char* other : {"http://app.example", "https://app.example:8443",
                            "https://www.app.example"})
    CHECK(f.code(f.sign(other)) == rpc_code::unauthorized);
}

TEST_CASE("what no grant covers is not done for pages", "[gate]") {
  Fixture f;
  REQUIRE(f.grants.grant(kApp, {kAccount}));
  for (const char* method : {"wallet_sendCalls", "eth_sign", "nonsense"})
    CHECK(f.code(f.ask(kApp, method)) == rpc_code::unsupported);
  CHECK(f.approvals.list().empty());
  CHECK(f.wallet.asked.empty());
}

TEST_CASE("revoking takes effect on what waits", "[gate]") {
  Fixture f;
  REQUIRE(f.grants.grant(kApp, {kAccount}));
  const auto waiting = f.sign(kApp);
  SECTION("before the decision") { REQUIRE(f.grants.revoke(kApp)); }
  SECTION("between the decision and the signature") {
    REQUIRE(f.approvals.decide(f.approvals.list()[0]["id"], true));
    REQUIRE(f.grants.revoke(kApp));
  }
  CHECK(f.approvals.list().empty());
  CHECK(f.code(waiting) == rpc_code::unauthorized);
  CHECK_FALSE(f.signed_something());
}

TEST_CASE("a page can give its grant back", "[gate]") {
  Fixture f;
  REQUIRE(f.grants.grant(kApp, {kAccount}));
  CHECK(f.result(f.ask(kApp, "wallet_revokePermissions", kWanted)).is_null());
  CHECK(f.grants.accounts(kApp).empty());
  CHECK(f.changed == std::vector{kApp, kApp});
}

TEST_CASE("the user's own programs are asked as the profile says", "[gate]") {
  Fixture native(Approve::native);
  CHECK(native.code(native.sign(std::nullopt)) == 0);

  Fixture ask(Approve::ask);
  const auto waiting = ask.sign(std::nullopt);
  CHECK(ask.code(waiting) == -1);
  CHECK(ask.code(ask.ask(std::nullopt, "eth_chainId")) == 0);
  CHECK(ask.code(ask.ask(std::nullopt, "eth_requestAccounts")) == 0);
  CHECK(ask.approvals.list()[0]["origin"].is_null());
  ask.decide(true);
  CHECK(ask.code(waiting) == 0);
}

TEST_CASE("nobody is asked about what the wallet does not do", "[gate]") {
  Fixture f(Approve::ask);
  CHECK(f.code(f.ask(std::nullopt, "eth_sign")) == 0);
  CHECK(f.wallet.asked == std::vector<std::string>{"eth_sign"});
  CHECK(f.code(f.ask(std::nullopt, "personal_sign")) ==
        rpc_code::invalid_params);
  CHECK(f.code(f.ask(std::nullopt, "wallet_sendCalls")) == -1);
}

TEST_CASE("where nobody is asked, pages are not either", "[gate]") {
  Fixture f(Approve::always);
  CHECK(f.code(f.sign(kApp)) == rpc_code::unauthorized);
  CHECK(f.result(f.ask(kApp, "eth_requestAccounts")) ==
        json{kAccount, kOther});
  CHECK(f.code(f.sign(kApp)) == 0);
}

TEST_CASE("a page is told when to ask again", "[gate]") {
  Fixture f(Approve::always);
  REQUIRE(f.grants.grant(kApp, {kAccount}));
  for (int i = 0; i < 5; ++i) CHECK(f.code(f.sign(kApp)) == 0);
  const auto refused = f.sign(kApp);
  REQUIRE(f.code(refused) == rpc_code::limit_exceeded);
  CHECK(refused->value->error().data == json{{"retry_after_ms", 1000}});
  CHECK(f.gate.asked_too_often() == 1);
  CHECK(f.code(f.sign(std::nullopt)) == 0);
  f.timers.advance(1001ms);
  CHECK(f.code(f.sign(kApp)) == 0);
}

TEST_CASE("events are for those who were granted", "[gate]") {
  Fixture f;
  CHECK_FALSE(f.gate.event_for(kApp, "chainChanged", "0x1"));
  REQUIRE(f.grants.grant(kApp, {kAccount}));
  CHECK(f.gate.event_for(kApp, "chainChanged", "0x1") == json("0x1"));
  CHECK(f.gate.event_for(kApp, "accountsChanged", json{kOther, kAccount}) ==
        json{kAccount});
}

TEST_CASE("an administrator grants the wallet's accounts", "[gate]") {
  Fixture f;
  const auto grant = [&](Accounts accounts) {
    return test::await(f.io, f.gate.grant(kApp, std::move(accounts)));
  };
  CHECK(!grant({"0x0000000000000000000000000000000000000001"}));
  REQUIRE(grant({kOther}));
  CHECK(f.grants.accounts(kApp) == Accounts{kOther});
  REQUIRE(grant({}));
  CHECK(f.grants.accounts(kApp) == Accounts{kAccount, kOther});
}
