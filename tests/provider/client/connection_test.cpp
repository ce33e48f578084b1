#include "provider/client/connection.h"

#include "tests/provider/client/world.h"
#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"

using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

std::string answer(const json& request, const json& result) {
  return json{{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", result}}
      .dump();
}

std::string event(const std::string& name, const json& params) {
  return json{{"jsonrpc", "2.0"}, {"method", name}, {"params", params}}.dump();
}

}  // namespace

TEST_CASE("a request gets the instance's result", "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  alice.on_message([](FakeInstance& self, const json& request) {
    self.send(answer(request, {request["method"], request["params"]}));
  });
  auto connection = world.connect(alice.record());
  REQUIRE(connection.has_value());

  auto result = world.request(**connection, "eth_call", json::array({1, "x"}));

  REQUIRE(result.has_value());
  CHECK(*result == json::array({"eth_call", json::array({1, "x"})}));
}

TEST_CASE("an error comes back with its code, message and data", "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  alice.on_message([](FakeInstance& self, const json& request) {
    self.send(json{{"jsonrpc", "2.0"},
                   {"id", request["id"]},
                   {"error",
                    {{"code", 4001},
                     {"message", "rejected"},
                     {"data", {{"why", "user"}}}}}}
                  .dump());
  });
  auto connection = world.connect(alice.record());
  REQUIRE(connection.has_value());

  auto result = world.request(**connection, "personal_sign", json::array());

  REQUIRE(!result);
  CHECK(result.error().code == 4001);
  CHECK(result.error().message == "rejected");
  CHECK(result.error().data == json{{"why", "user"}});
}

TEST_CASE("answers in another order reach the request they belong to",
          "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  std::vector<json> asked;
  alice.on_message([&](FakeInstance& self, const json& request) {
    asked.push_back(request);
    if (asked.size() < 3) return;
    for (int i : {1, 2, 0}) self.send(answer(asked[i], asked[i]["method"]));
  });
  auto connection = world.connect(alice.record());
  REQUIRE(connection.has_value());

  std::vector<std::shared_ptr<Running<provider::RpcResult>>> running;
  for (const auto* method : {"a", "b", "c"})
    running.push_back(
        start(world.io, (*connection)->request(method, json::array())));

  CHECK(*finish(world.io, running[0]) == "a");
  CHECK(*finish(world.io, running[1]) == "b");
  CHECK(*finish(world.io, running[2]) == "c");
}

TEST_CASE("a request given up disturbs neither its late answer nor the next",
          "[provider]") {
  World world;
  FakeTimers time;
  FakeInstance alice(world.io, world.registry, "alice");
  json first;
  alice.on_message([&](FakeInstance& self, const json& request) {
    if (first.is_null()) {
      first = request;
      return;
    }
    self.send(answer(first, "late"));
    self.send(answer(request, "in time"));
  });
  auto connection = world.connect(alice.record());
  REQUIRE(connection.has_value());
  auto given_up = start(
      world.io,
      with_deadline((*connection)->request("slow", json::array()), time, 1s));
  run_until(world.io, [&] { return !first.is_null(); });
  time.advance(1s);
  CHECK(!finish(world.io, given_up));

  auto next = world.request(**connection, "next", json::array());

  REQUIRE(next.has_value());
  CHECK(*next == "in time");
}

TEST_CASE("events reach the dApp in order", "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  std::vector<std::pair<std::string, json>> events;
  auto connection = world.connect(
      alice.record(), [&](const std::string& name, const json& params) {
        events.emplace_back(name, params);
      });
  REQUIRE(connection.has_value());

  alice.send(event("accountsChanged", json::array({"0xabc"})));
  alice.send(event("chainChanged", "0x1"));
  alice.send(event("message", {{"type", "eth_subscription"}}));
  run_until(world.io, [&] { return events.size() == 3; });

  CHECK(events[0].first == "accountsChanged");
  CHECK(events[0].second == json::array({"0xabc"}));
  CHECK(events[1].first == "chainChanged");
  CHECK(events[1].second == "0x1");
  CHECK(events[2].first == "message");
}

TEST_CASE("when the instance dies, what waits ends with 4900 and is not resent",
          "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  std::vector<std::pair<std::string, json>> events;
  auto connection = world.connect(
      alice.record(), [&](const std::string& name, const json& params) {
        events.emplace_back(name, params);
      });
  REQUIRE(connection.has_value());
  auto first = start(world.io, (*connection)->request("a", json::array()));
  auto second = start(world.io, (*connection)->request("b", json::array()));
  run_until(world.io, [&] { return alice.messages().size() == 2; });

  alice.drop();

  for (const auto& running : {first, second}) {
    auto result = finish(world.io, running);
    REQUIRE(!result);
    CHECK(result.error().code == 4900);
    CHECK(result.error().message.find("alice") != std::string::npos);
  }
  REQUIRE(events.size() == 1);
  CHECK(events[0].first == "disconnect");
  CHECK(events[0].second["code"] == 4900);
  CHECK(!(*connection)->is_open());
  auto later = world.request(**connection, "c", json::array());
  REQUIRE(!later);
  CHECK(later.error().code == 4900);
  CHECK(alice.messages().size() == 2);
  CHECK(alice.connections() == 1);
}

TEST_CASE("a disconnect the instance has told is not told twice; the loss is",
          "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  std::vector<std::string> events;
  provider::ConnectOptions options;
  options.instance = alice.record();
  options.on_event = [&](const std::string& name, const json&) {
    events.push_back(name);
  };
  options.on_lost = [&] { events.emplace_back("lost"); };
  auto connection = world.connect(std::move(options));
  REQUIRE(connection.has_value());

  alice.send(event("disconnect", {{"code", 4900}, {"message", "stopping"}}));
  run_until(world.io, [&] { return !events.empty(); });
  CHECK(events == std::vector<std::string>{"disconnect"});
  alice.drop();
  run_until(world.io, [&] { return !(*connection)->is_open(); });

  CHECK(events == std::vector<std::string>{"disconnect", "lost"});
}

TEST_CASE("what is no JSON-RPC ends the connection", "[provider]") {
  const auto* text = GENERATE(
      "nonsense", "[]", R"({"id":1,"result":1})",
      R"({"jsonrpc":"2.0","id":"x","result":1})", R"({"jsonrpc":"2.0","id":1})",
      R"({"jsonrpc":"2.0","id":1,"result":1,"error":{}})",
      R"({"jsonrpc":"2.0","id":1,"method":"ask"})",
      R"({"jsonrpc":"2.0","id":1,"id":2,"result":1})");
  CAPTURE(text);
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  alice.on_message([&](FakeInstance& self, const json&) { self.send(text); });
  auto connection = world.connect(alice.record());
  REQUIRE(connection.has_value());
  auto result = world.request(**connection, "a", json::array());
  REQUIRE(!result);
  CHECK(result.error().code == 4900);
  CHECK(!(*connection)->is_open());
}

TEST_CASE("destroying the connection ends what waits and closes politely",
          "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  int events = 0;
  auto connection = world.connect(
      alice.record(), [&](const std::string&, const json&) { ++events; });
  REQUIRE(connection.has_value());
  auto waiting = start(world.io, (*connection)->request("a", json::array()));
  run_until(world.io, [&] { return !alice.messages().empty(); });

  connection->reset();

  auto result = finish(world.io, waiting);
  REQUIRE(!result);
  CHECK(result.error().code == 4900);
  run_until(world.io, [&] { return alice.client_is_gone(); });
  CHECK(events == 0);
}

TEST_CASE("an event handler may destroy the connection", "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  World::Connected connection = Error{};
  connection = world.connect(
      alice.record(),
      [&](const std::string&, const json&) { connection->reset(); });
  REQUIRE(connection.has_value());
  alice.send(event("chainChanged", "0x1"));
  alice.send(event("chainChanged", "0x2"));
  run_until(world.io, [&] { return alice.client_is_gone(); });
  CHECK(*connection == nullptr);
}

TEST_CASE("a request above 1 MiB is not sent", "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  alice.on_message([](FakeInstance& self, const json& request) {
    self.send(answer(request, true));
  });
  auto connection = world.connect(alice.record());
  REQUIRE(connection.has_value());

  auto large = world.request(
      **connection, "large",
      json::array({std::string(provider::kMaxRequestBytes, 'x')}));
  auto small = world.request(**connection, "small", json::array());

  REQUIRE(!large);
  CHECK(large.error().code == -32600);
  REQUIRE(small.has_value());
  CHECK(alice.messages().size() == 1);
}

TEST_CASE("requests that a wallet has not read yet may hold so many bytes",
          "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  auto connection = world.connect(alice.record());
  REQUIRE(connection.has_value());
  const json large = json::array({std::string(1'000'000, 'x')});
  std::vector<std::shared_ptr<Running<provider::RpcResult>>> waiting;
  // All of them begin before the first one can have been written.
  while (waiting.size() < 20)
    waiting.push_back(start(world.io, (*connection)->request("a", large)));
  run_ready(world.io);
  CHECK_FALSE(waiting[15]->ended());
  REQUIRE(waiting[16]->ended());
  CHECK(waiting[16]->value->error().code == -32005);
  CHECK((*connection)->is_open());
}

TEST_CASE("an answer of 2 MiB comes through, one above 16 MiB ends it",
          "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  alice.on_message([](FakeInstance& self, const json& request) {
    self.send(R"({"jsonrpc":"2.0","id":)" + request["id"].dump() +
              R"(,"result":")" + std::string(request["params"][0], 'x') +
              R"("})");
  });
  auto connection = world.connect(alice.record());
  REQUIRE(connection.has_value());
  auto fits = world.request(**connection, "a", json::array({2 << 20}));
  auto too_large = world.request(**connection, "a", json::array({16 << 20}));
  REQUIRE(fits.has_value());
  CHECK(fits->get_ref<const std::string&>().size() == 2U << 20);
  REQUIRE(!too_large);
  CHECK(too_large.error().code == 4900);
}

TEST_CASE("a silent connection is pinged, and the answer keeps it open",
          "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  provider::ConnectOptions options;
  options.instance = alice.record();
  options.silence_limit = 200ms;
  auto connection = world.connect(std::move(options));
  REQUIRE(connection.has_value());
  // Two pings: the answer to the first has kept the connection open.
  run_until(world.io, [&] { return alice.pings() == 2; });
  CHECK((*connection)->is_open());
}

TEST_CASE("a connection on which nobody answers a ping is lost", "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice", Lie::deaf);
  std::vector<std::string> events;
  provider::ConnectOptions options;
  options.instance = alice.record();
  options.silence_limit = 200ms;
  options.on_event = [&](const std::string& name, const json&) {
    events.push_back(name);
  };
  auto connection = world.connect(std::move(options));
  REQUIRE(connection.has_value());
  run_until(world.io, [&] { return !(*connection)->is_open(); });
  CHECK(events == std::vector<std::string>{"disconnect"});
}

TEST_CASE("a name is looked up in the user's registry", "[provider]") {
  World world;
  FakeInstance alice(world.io, world.registry, "alice");
  ::setenv("BERTH_REGISTRY", (world.home / "instances").c_str(), 1);
  provider::ConnectOptions options;
  options.instance = std::string("alice");
  auto connection = world.connect(std::move(options));
  provider::ConnectOptions missing;
  missing.instance = std::string("bob");
  auto nobody = world.connect(std::move(missing));
  ::unsetenv("BERTH_REGISTRY");

  REQUIRE(connection.has_value());
  CHECK((*connection)->record().id == alice.record().id);
  REQUIRE(!nobody);
  CHECK(nobody.error().code == Errc::not_found);
  CHECK(nobody.error().hint == "start it: berth start bob");
}
