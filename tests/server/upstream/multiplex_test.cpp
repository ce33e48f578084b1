// What WebSocket and IPC upstreams have in common.
#include "tests/server/upstream/fixture.h"

using namespace berth::test;

TEST_CASE("answers find their requests in whatever order they come",
          "[upstream]") {
  UpstreamFixture f(GENERATE("ws", "ipc"));
  f.connect();
  f.node->stall("eth_call");
  f.node->answer("eth_blockNumber", "0x10");

  const auto slow = f.ask_arrived("eth_call");
  CHECK(*f.get("eth_blockNumber") == "0x10");
  CHECK_FALSE(slow->ended());

  const auto call = f.node->calls.front();
  f.node->reply(call, {{"id", call.id}, {"result", "}{\\\""}});
  CHECK(*finish(f.io, slow) == "}{\\\"");
  CHECK(f.node->accepted == 1);
}

TEST_CASE("method and params reach the upstream as they are", "[upstream]") {
  UpstreamFixture f(GENERATE("ws", "ipc", "http"));
  f.connect();
  f.node->answer("eth_call", nullptr);
  const json params{{{"to", "0x00"}, {"s", "\"}{"}}, "latest"};
  CHECK(f.get("eth_call", params)->is_null());
  CHECK(f.node->calls.back().params == params);
}

TEST_CASE("an upstream's own error passes through whole", "[upstream]") {
  UpstreamFixture f(GENERATE("ws", "ipc", "http"));
  f.connect();
  f.node->fail("eth_call",
               {{"code", 3}, {"message", "reverted"}, {"data", "0x08"}});
  const auto result = f.get("eth_call");
  REQUIRE_FALSE(result);
  CHECK(result.error().code == 3);
  CHECK(result.error().message == "reverted");
  CHECK(result.error().data == "0x08");
}

TEST_CASE("a lost connection fails what is pending, and nothing is sent twice",
          "[upstream]") {
  UpstreamFixture f(GENERATE("ws", "ipc"));
  f.connect();
  f.node->stall("eth_sendTransaction");
  const auto pending = f.ask_arrived("eth_sendTransaction");
  f.node->drop_connections();
  CHECK(f.code(finish(f.io, pending)) == 4900);
  CHECK_FALSE(f.upstream->connected());

  f.pass_until(1s, 250ms, [&] { return f.upstream->connected(); });
  CHECK(*f.get("eth_chainId") == "0x7a69");
  CHECK(f.node->count("eth_sendTransaction") == 1);
  CHECK(f.states == std::vector<bool>{true, false, true});
}

TEST_CASE("without a connection requests are answered at once", "[upstream]") {
  UpstreamFixture f(GENERATE("ws", "ipc"));
  f.node->stop_listening();
  f.open();
  run_ready(f.io);
  const auto result = f.get("eth_chainId");
  REQUIRE_FALSE(result);
  CHECK(result.error().code == 4900);
  const auto& message = result.error().message;
  CHECK(message.find(f.upstream->display_name()) != std::string::npos);
  CHECK(message.find("Connection refused") != std::string::npos);
}

TEST_CASE("attempts are spaced by a doubling pause of at most 30 s",
          "[upstream]") {
  UpstreamFixture f(GENERATE("ws", "http"));
  f.node->hang_up = true;
  f.open();
  f.pass_until(0s, 1ms, [&] { return f.node->accepted == 1; });
  auto step = std::chrono::milliseconds(250);
  for (std::size_t attempt = 2; attempt <= 12; ++attempt) {
    run_until(f.io, [&] { return f.timers.pending() == 1; });
    const auto paused = f.pass_until(
        step, step / 64, [&] { return f.node->accepted == attempt; });
    CHECK(paused >= step / 2);
    step = std::min<std::chrono::milliseconds>(step * 2, 30s);
  }
}

TEST_CASE("an IPC peer that accepts and hangs up is not knocked at unpaused",
          "[upstream]") {
  UpstreamFixture f("ipc");
  f.node->hang_up = true;
  f.open();
  run_ready(f.io);
  f.timers.advance(60s);
  run_ready(f.io);
  const auto before = f.node->accepted;
  for (int i = 0; i < 60; ++i) {
    f.timers.advance(1s);
    run_ready(f.io);
  }
  CHECK(f.node->accepted - before < 20);
}

TEST_CASE("a node that accepts and says nothing is given up after 10 s",
          "[upstream]") {
  UpstreamFixture f("ws");
  f.node->never_shakes = true;
  f.open();
  run_until(f.io, [&] { return f.node->accepted == 1; });
  f.timers.advance(9900ms);
  run_ready(f.io);
  CHECK(f.node->accepted == 1);
  f.node->never_shakes = false;
  f.pass_until(1s, 50ms, [&] { return f.upstream->connected(); });
  CHECK(f.node->accepted == 2);
}

TEST_CASE("a read may take 30 s, what a person decides 5 minutes",
          "[upstream]") {
  UpstreamFixture f(GENERATE("ws", "ipc", "http"));
  const auto row = GENERATE(table<std::string, std::chrono::seconds>({
      {"eth_call", 30s},
      {"eth_sendTransaction", 300s},
      {"eth_signTypedData_v4", 300s},
      {"eth_requestAccounts", 300s},
      {"personal_sign", 300s},
      {"wallet_addEthereumChain", 300s},
  }));
  f.connect();
  const auto& method = std::get<0>(row);
  f.node->stall(method);
  const auto pending = f.ask_arrived(method);
  f.timers.advance(std::get<1>(row) - 1s);
  run_ready(f.io);
  CHECK_FALSE(pending->ended());
  f.timers.advance(1s);
  const auto result = finish(f.io, pending);
  CHECK(f.code(result) == -32603);
  CHECK(result.error().message.find(f.upstream->display_name()) !=
        std::string::npos);
  CHECK(f.upstream->connected());

  // Its answer comes too late, and harms nothing.
  const auto call = f.node->calls.back();
  f.node->reply(call, {{"id", call.id}, {"result", 1}});
  CHECK(*f.get("eth_chainId") == "0x7a69");
}

TEST_CASE("an answer that is none fails its request and names the upstream",
          "[upstream]") {
  UpstreamFixture f(GENERATE("ws", "ipc", "http"));
  f.connect();
  const json part = GENERATE(
      json::object(), json{{"error", 1}}, json{{"error", json::object()}},
      json{{"error", {{"code", "x"}, {"message", "m"}}}});
  f.node->on("eth_call", [part](auto& node, const auto& call) {
    json message = part;
    message["id"] = call.id;
    node.reply(call, message);
  });
  const auto result = f.get("eth_call");
  CHECK(f.code(result) == -32603);
  CHECK(result.error().message.find(f.upstream->display_name()) !=
        std::string::npos);
  CHECK(*f.get("eth_chainId") == "0x7a69");
  // Over HTTP the light question may have opened a second one.
  if (f.scheme != "http") CHECK(f.node->accepted == 1);
}

TEST_CASE("a peer that speaks no JSON-RPC fails all and is dialled anew",
          "[upstream]") {
  UpstreamFixture f(GENERATE("ws", "ipc"));
  f.connect();
  f.node->stall("eth_call");
  const auto other = f.ask_arrived("eth_call");
  f.node->say("eth_gasPrice", GENERATE("{]}", "[]", "[{\"id\":1}]", "{}"));
  CHECK(f.code(f.get("eth_gasPrice")) == -32603);
  CHECK(f.code(finish(f.io, other)) == -32603);
  f.pass_until(1s, 250ms, [&] { return f.node->accepted == 2; });
}

TEST_CASE("an answer beyond the limit ends the connection", "[upstream]") {
  UpstreamOptions options;
  options.max_answer_bytes = 10'000;
  UpstreamFixture f(GENERATE("ws", "ipc"), options);
  f.connect();
  f.node->answer("eth_call", std::string(9'000, 'x'));
  CHECK(f.get("eth_call"));
  f.node->answer("eth_call", std::string(200'000, 'x'));
  CHECK(f.code(f.get("eth_call")) == 4900);
  CHECK_FALSE(f.upstream->connected());
}

TEST_CASE("notifications come after the answer that was sent before them",
          "[upstream]") {
  UpstreamFixture f(GENERATE("ws", "ipc"));
  f.connect();
  const json params{{"subscription", "0x1"}, {"result", {{"number", "0x2"}}}};
  f.node->on("eth_subscribe", [&](auto& node, const auto& call) {
    node.reply(call, {{"id", call.id}, {"result", "0x1"}});
    node.push({{"method", "eth_subscription"}, {"params", params}});
  });
  const auto subscribed = f.ask("eth_subscribe", {"newHeads"});
  bool answered_first = false;
  f.upstream->on_notification([&](const json& got) {
    answered_first = subscribed->ended();
    f.notes.push_back(got);
  });
  run_until(f.io, [&] { return !f.notes.empty(); });
  CHECK(answered_first);
  CHECK(f.notes == std::vector<json>{params});
}

TEST_CASE("a stop answers what is pending", "[upstream]") {
  UpstreamFixture f(GENERATE("ws", "ipc", "http"));
  f.connect();
  f.node->stall("eth_call");
  const auto pending = f.ask_arrived("eth_call");
  await(f.io, f.upstream->stop());
  CHECK(f.code(finish(f.io, pending)) == 4900);
  CHECK(f.code(f.get("eth_call")) == 4900);
  CHECK(f.states == std::vector<bool>{true});
  f.upstream.reset();
  run_until(f.io, [&] { return f.node->open_connections() == 0; });
}

TEST_CASE("an upstream that was never reached can be stopped", "[upstream]") {
  UpstreamFixture f(GENERATE("ws", "ipc", "http"));
  f.node->stop_listening();
  f.open();
  if (GENERATE(true, false)) run_ready(f.io);
  await(f.io, f.upstream->stop());
  CHECK(f.states.empty());
}

TEST_CASE("a WebSocket that has fallen silent is given up", "[upstream]") {
  UpstreamOptions options;
  options.websocket_idle = 200ms;
  UpstreamFixture f("ws", options);
  f.connect();
  f.node->stall("eth_call");
  f.node->reads_no_more = true;
  const auto result = f.get("eth_call");
  CHECK(f.code(result) == 4900);
  CHECK(result.error().message.find("silent") != std::string::npos);
}

TEST_CASE("a peer that stops reading is given up after 30 s", "[upstream]") {
  UpstreamFixture f("ws");
  f.connect();
  f.node->stall("eth_call");
  f.node->reads_no_more = true;
  f.ask_arrived("eth_call");
  // More than the kernel buffers.
  const json large{std::string(1 << 20, 'x')};
  std::vector<decltype(f.ask(""))> pending;
  for (int i = 0; i < 24; ++i) pending.push_back(f.ask("eth_call", large));
  run_ready(f.io);
  f.timers.advance(29s);
  run_ready(f.io);
  CHECK(f.upstream->connected());
  f.timers.advance(1s);
  run_ready(f.io);
  CHECK_FALSE(f.upstream->connected());
}
