// What one proven WebSocket may ask, under fake time.
#include "server/rpc_session.h"

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

class FakeWallet : public Wallet {
 public:
  asio::awaitable<RpcResult> request(std::string method, json) override {
    if (method == "eth_call") co_await answer.wait();
    co_return json(method);
  }
  std::optional<RpcResult> answer_at_once(const std::string& method,
                                          const json&) override {
    return method == "eth_call" ? std::nullopt
                                : std::optional<RpcResult>(json(method));
  }
  bool knows(const std::string&) const override { return true; }
  void on_event(EventHandler) override {}
  WalletHealth health() const override { return {}; }
  std::optional<std::string> chain_id() const override { return "0x7a69"; }
  asio::awaitable<void> stop() override { co_return; }

  explicit FakeWallet(const asio::any_io_executor& executor)
      : answer(executor) {}
  Event answer;  // to eth_call
};

struct Socket : http::WsConnection {
  void send(std::string text) override { sent.push_back(json::parse(text)); }
  void pause(std::chrono::milliseconds time) override { paused = time; }
  void close(std::uint16_t, std::string) override {}
  std::vector<json> sent;
  std::chrono::milliseconds paused{0};
};

struct Fixture {
  explicit Fixture(AccessLimits access = {})
      : limits(access), service(wallet, gate, metrics, timers, limits) {}
  ~Fixture() {
    wallet.answer.set();
    test::run_ready(io);
  }

  asio::io_context io;
  test::TempDir dir;
  test::FakeTimers timers;
  FakeWallet wallet{io.get_executor()};
  Changes changes;
  Grants grants{dir / "grants.json", timers, changes};
  AccessLimits limits;
  Approvals approvals{timers, changes, limits};
  Gate gate{wallet,
            grants,
            approvals,
            timers,
            Approve::native,
            limits,
            [](const std::string&) {}};
  Metrics metrics;
  RpcService service;
  TaskGroup tasks{io.get_executor(), nullptr};
};

// One connection of a page, or of a program.
struct Client {
  explicit Client(Fixture& fixture, std::optional<std::string> origin = kApp)
      : f(fixture) {
    RpcSessionOptions options;
    options.hello = R"("hello")";
    options.caller.origin = std::move(origin);
    session = make_rpc_session(f.service, f.tasks, std::move(options));
    session->on_open(socket);
  }
  ~Client() { session->on_close(); }

  // What comes back for it; null: nothing.
  json ask(const std::string& text) {
    socket->sent.clear();
    session->on_message(text);
    test::run_ready(f.io);
    return socket->sent.empty() ? json() : socket->sent.back();
  }
  json call(const std::string& method = "eth_accounts") {
    return ask(
        json{{"jsonrpc", "2.0"}, {"id", "x"}, {"method", method}}.dump());
  }
  // How many are answered before one is told to wait.
  int call_all() {
    int answered = 0;
    while (answered < 1000 && call().contains("result")) ++answered;
    return answered;
  }

  Fixture& f;
  std::shared_ptr<Socket> socket = std::make_shared<Socket>();
  std::unique_ptr<http::WsHandler> session;
};

json error(const json& answer) { return answer.value("error", json()); }
int code(const json& answer) { return error(answer).value("code", 0); }

json batch(int count) {
  json calls = json::array();
  for (int i = 0; i < count; ++i)
    calls.push_back(
        {{"jsonrpc", "2.0"}, {"id", i}, {"method", "eth_accounts"}});
  return calls;
}

}  // namespace

TEST_CASE("a page sends so many messages at once, then the rate", "[limits]") {
  Fixture f;
  Client page(f);
  CHECK(page.call_all() == 200);
  const json refused = page.call();
  CHECK(refused["id"] == "x");
  CHECK(code(refused) == rpc_code::limit_exceeded);
  CHECK(error(refused)["data"] == json{{"retry_after_ms", 10}});
  f.timers.advance(1s);
  CHECK(page.call_all() == 100);
}

TEST_CASE("the flood of one origin takes nothing from another", "[limits]") {
  Fixture f;
  Client page(f);
  Client same(f);
  Client other(f, "https://other.example");
  Client program(f, std::nullopt);
  CHECK(page.call_all() == 200);
  CHECK(same.call_all() == 0);
  CHECK(other.call_all() == 200);
  CHECK(program.call_all() == 1000);
}

TEST_CASE("each call of a batch counts", "[limits]") {
  Fixture f;
  Client page(f);
  CHECK(page.ask(batch(100).dump()).size() == 100);
  const json last = page.ask(batch(100).dump());
  CHECK(last.back().contains("result"));
  const json over = page.ask(batch(3).dump());
  REQUIRE(over.size() == 3);
  for (int i = 0; i < 3; ++i) {
    CHECK(over[i]["id"] == i);
    CHECK(code(over[i]) == rpc_code::limit_exceeded);
  }
  f.timers.advance(21ms);
  const json partly = page.ask(batch(3).dump());
  CHECK(partly[1].contains("result"));
  CHECK(code(partly[2]) == rpc_code::limit_exceeded);
}

TEST_CASE("what cannot be read counts too", "[limits]") {
  Fixture f;
  Client page(f);
  for (int i = 0; i < 200; ++i)
    CHECK(code(page.ask("{")) == rpc_code::parse_error);
  CHECK(code(page.call()) == rpc_code::limit_exceeded);
}

TEST_CASE("who goes on is not read for a while", "[limits]") {
  Fixture f;
  Client page(f);
  CHECK(page.call_all() == 200);
  for (int i = 1; i < http::MessageMeter::kRefusals.burst; ++i) {
    page.call();
    CHECK(page.socket->paused == 0ms);
  }
  CHECK(code(page.call()) == rpc_code::limit_exceeded);
  CHECK(page.socket->paused == 100ms);
}

TEST_CASE("a program is limited where the user says so", "[limits]") {
  AccessLimits limits;
  limits.connection_messages_per_second = 10;
  limits.connection_messages_burst = 20;
  Fixture f(limits);
  Client program(f, std::nullopt);
  Client other(f, std::nullopt);
  Client page(f);
  CHECK(program.call_all() == 20);
  CHECK(other.call_all() == 20);
  CHECK(page.call_all() == 20);
}

TEST_CASE("requests that wait are bounded, and the next one gets its id back",
          "[limits]") {
  Fixture f;
  Client program(f, std::nullopt);
  for (int i = 0; i < 128; ++i) CHECK(program.call("eth_call").is_null());
  const json refused = program.call("eth_call");
  CHECK(refused["id"] == "x");
  CHECK(code(refused) == rpc_code::limit_exceeded);
  CHECK(error(refused)["data"]["retry_after_ms"] > 0);
}

TEST_CASE("what was limited is counted, by what it was", "[limits]") {
  Fixture f;
  Client page(f);
  page.call_all();
  page.ask(batch(2).dump());
  page.ask("{");
  Client program(f, std::nullopt);
  for (int i = 0; i < 130; ++i) program.call("eth_call");
  const http::Counters counters;
  const auto text = f.metrics.prometheus({counters, 0s, 0, 3, 4});
  const auto line = [](const std::string& what, int count) {
    return "berth_rate_limited_total{what=\"" + what + "\"} " +
           std::to_string(count) + "\n";
  };
  CHECK(text.find(line("message", 3)) != std::string::npos);
  CHECK(text.find(line("pending", 2)) != std::string::npos);
  CHECK(text.find(line("sensitive", 3)) != std::string::npos);
  CHECK(text.find(line("token", 4)) != std::string::npos);
}
