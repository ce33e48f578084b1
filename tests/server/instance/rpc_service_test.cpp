// How much work an instance takes on at once.
#include "server/rpc_service.h"

#include <nlohmann/json.hpp>

#include "server/rpc_session.h"
#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"
#include "tests/support/io.h"
#include "tests/support/temp_dir.h"

using namespace berth;
using namespace berth::server;
using nlohmann::json;

namespace {

// Numbers its subscriptions, and answers everything else when it is told to.
class SlowWallet : public Wallet {
 public:
  explicit SlowWallet(asio::io_context& io) : answer(io.get_executor()) {}
  asio::awaitable<RpcResult> request(std::string method, json params) override {
    if (method == "eth_subscribe") co_return json(std::to_string(++subscribed));
    if (method == "eth_unsubscribe") {
      ended.push_back(params[0]);
      co_return json(true);
    }
    co_await answer.wait();
    co_return json(method);
  }
  bool knows(const std::string&) const override { return true; }
  void on_event(EventHandler) override {}
  WalletHealth health() const override { return {}; }
  std::optional<std::string> chain_id() const override { return "0x1"; }
  asio::awaitable<void> stop() override { co_return; }

  Event answer;
  int subscribed = 0;
  std::vector<std::string> ended;
};

struct Socket : http::WsConnection {
  std::vector<json> sent;
  void send(std::string text) override { sent.push_back(json::parse(text)); }
  void close(std::uint16_t, std::string) override {}
  void pause(std::chrono::milliseconds) override {}
};

struct World {
  asio::io_context io;
  test::TempDir dir;
  test::FakeTimers timers;
  SlowWallet wallet{io};
  Changes changes;
  Grants grants{dir / "grants.json", timers, changes};
  Approvals approvals{timers, changes, {}};
  Gate gate{wallet,
            grants,
            approvals,
            timers,
            Approve::native,
            {},
            [](const std::string&) {}};
  Metrics metrics;
  RpcService service{wallet, gate, metrics, timers, {}};
  TaskGroup tasks{io.get_executor(), nullptr};

  ~World() {
    wallet.answer.set();
    test::await(io, tasks.wait());
  }

  // One program of the user's, connected.
  struct Client {
    explicit Client(World& world) {
      RpcSessionOptions options;
      options.hello = "{}";
      handler =
          make_rpc_session(world.service, world.tasks, std::move(options));
      handler->on_open(socket);
    }
    ~Client() { handler->on_close(); }
    std::shared_ptr<Socket> socket = std::make_shared<Socket>();
    std::unique_ptr<http::WsHandler> handler;
  };

  json ask(Client& client, const std::string& method,
           json params = json::array()) {
    const json call{{"jsonrpc", "2.0"},
                    {"id", 1},
                    {"method", method},
                    {"params", std::move(params)}};
    client.handler->on_message(call.dump());
    test::run_ready(io);
    return client.socket->sent.back();
  }
  json subscribe(Client& client) {
    return ask(client, "eth_subscribe", {"newHeads"});
  }
};

int code_of(const json& answer) {
  return answer.value(json::json_pointer("/error/code"), 0);
}

}  // namespace

TEST_CASE(
    "a connection has so many subscriptions, of which ended ones are none",
    "[limits]") {
  World w;
  World::Client greedy(w), other(w);
  for (std::size_t i = 0; i < RpcService::kMaxSubscriptions; ++i)
    CHECK(code_of(w.subscribe(greedy)) == 0);
  CHECK(code_of(w.subscribe(greedy)) == -32005);
  CHECK(code_of(w.subscribe(other)) == 0);

  CHECK(code_of(w.ask(greedy, "eth_unsubscribe", {"7"})) == 0);
  CHECK(code_of(w.subscribe(greedy)) == 0);
  CHECK(code_of(w.subscribe(greedy)) == -32005);
  // Nothing was begun at the node that nobody hears.
  CHECK(w.wallet.subscribed == 66);
}

TEST_CASE("subscriptions end with the upstream's connection", "[limits]") {
  World w;
  World::Client client(w);
  for (std::size_t i = 0; i < RpcService::kMaxSubscriptions; ++i)
    w.subscribe(client);
  w.service.emit("disconnect", json::object());
  CHECK(code_of(w.subscribe(client)) == 0);
}

TEST_CASE("messages of one connection that wait may hold so many bytes",
          "[limits]") {
  World w;
  World::Client greedy(w), other(w);
  const json large{std::string(1 << 20, 'x')};
  for (int i = 0; i < 3; ++i) w.ask(greedy, "eth_call", large);
  CHECK(greedy.socket->sent.size() == 1);  // the hello
  CHECK(code_of(w.ask(greedy, "eth_call", large)) == -32005);
  w.ask(other, "eth_call", large);
  CHECK(other.socket->sent.size() == 1);

  w.wallet.answer.set();
  test::run_ready(w.io);
  CHECK(w.ask(greedy, "eth_call", large)["result"] == "eth_call");
}

TEST_CASE("messages may hold so many bytes together, also of who has gone",
          "[limits]") {
  World w;
  const json large{std::string(1 << 20, 'x')};
  for (int i = 0; i < 6; ++i) {
    World::Client client(w);
    for (int j = 0; j < 3; ++j) w.ask(client, "eth_call", large);
  }
  // 15 of a little more than 1 MiB have room.
  CHECK(w.tasks.size() == 15);
  World::Client late(w);
  CHECK(code_of(w.ask(late, "eth_call", large)) == -32005);
  w.wallet.answer.set();
  test::run_ready(w.io);
  CHECK(w.ask(late, "eth_call", large)["result"] == "eth_call");
}

TEST_CASE("so many calls are answered at once, also of who has gone",
          "[limits]") {
  World w;
  json batch = json::array();
  while (batch.size() < 64)
    batch.push_back({{"jsonrpc", "2.0"}, {"method", "eth_call"}});
  for (std::size_t calls = 0; calls < RpcService::kMaxCalls;
       calls += batch.size()) {
    World::Client client(w);
    client.handler->on_message(batch.dump());
    test::run_ready(w.io);
  }
  World::Client late(w);
  CHECK(code_of(w.ask(late, "eth_call")) == -32005);
  w.wallet.answer.set();
  test::run_ready(w.io);
  CHECK(w.ask(late, "eth_call")["result"] == "eth_call");
}
