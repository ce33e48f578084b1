// What is particular to an upstream over HTTP.
#include "tests/server/upstream/fixture.h"

using namespace berth::test;

TEST_CASE("requests one after the other share a kept-alive connection",
          "[upstream]") {
  UpstreamFixture f("http");
  f.connect();
  for (int i = 0; i < 5; ++i) CHECK(f.get("eth_chainId"));
  CHECK(f.node->accepted == 1);
}

TEST_CASE("an idle connection that the server closed harms no request",
          "[upstream]") {
  UpstreamFixture f("http");
  f.connect();
  f.node->drop_connections();
  run_until(f.io, [&] { return f.node->open_connections() == 0; });
  CHECK(*f.get("eth_chainId") == "0x7a69");
  CHECK(f.states == std::vector<bool>{true});
}

TEST_CASE("a request whose connection dies is not sent again", "[upstream]") {
  UpstreamFixture f("http");
  f.connect();
  f.node->drop("eth_sendTransaction");
  const auto result = f.get("eth_sendTransaction");
  CHECK(f.code(result) == 4900);
  CHECK(result.error().message.find("not sent again") != std::string::npos);
  f.pass_until(60s, 1s, [&] { return f.upstream->connected(); });
  CHECK(f.node->count("eth_sendTransaction") == 1);
}

TEST_CASE("an answer that breaks off is no answer", "[upstream]") {
  UpstreamFixture f("http");
  f.connect();
  f.node->on("eth_call", [](auto& node, const auto& call) {
    node.reply_raw(call,
                   "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"id\":");
  });
  CHECK(f.code(f.get("eth_call")) == 4900);
}

TEST_CASE("what is no JSON-RPC is an internal error that names the upstream",
          "[upstream]") {
  UpstreamFixture f("http");
  f.connect();
  const auto& [bytes, word] = GENERATE(table<std::string, std::string>({
      {"\x16\x03\x01 garbage \r\n\r\n", "http"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{]", "line 1"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "object"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"id\":9,\"result\":1}",
       "id"},
      {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "HTTP 404"},
      {"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "HTTP 302"},
  }));
  f.node->on("eth_call", [bytes = bytes](auto& node, const auto& call) {
    node.reply_raw(call, bytes);
  });
  const auto result = f.get("eth_call");
  CHECK(f.code(result) == -32603);
  CHECK(result.error().message.find(f.upstream->display_name()) !=
        std::string::npos);
  INFO(result.error().message);
  CHECK(result.error().message.find(word) != std::string::npos);
  CHECK(f.upstream->connected());
}

TEST_CASE("a JSON-RPC error counts whatever its HTTP status", "[upstream]") {
  UpstreamFixture f("http");
  f.connect();
  f.node->on("eth_call", [](auto& node, const auto& call) {
    node.reply(call,
               {{"id", call.id},
                {"error", {{"code", -32000}, {"message", "no such block"}}}},
               GENERATE(400, 500));
  });
  CHECK(f.code(f.get("eth_call")) == -32000);
}

TEST_CASE("HTTP 429 is a limit, 503 an upstream that is away", "[upstream]") {
  UpstreamFixture f("http");
  f.connect();
  f.node->say("eth_call", "slow down", 429);
  CHECK(f.code(f.get("eth_call")) == -32005);
  CHECK(f.upstream->connected());
  f.node->say("eth_call", "no backend", 503);
  CHECK(f.code(f.get("eth_call")) == 4900);
  CHECK(f.states == std::vector<bool>{true, false});
}

TEST_CASE("an HTTP answer beyond the limit is refused", "[upstream]") {
  UpstreamOptions options;
  options.max_answer_bytes = 10'000;
  UpstreamFixture f("http", options);
  f.connect();
  f.node->answer("eth_call", std::string(9'000, 'x'));
  CHECK(f.get("eth_call"));
  f.node->answer("eth_call", std::string(20'000, 'x'));
  CHECK(f.code(f.get("eth_call")) == -32603);
  CHECK(*f.get("eth_chainId") == "0x7a69");
}

TEST_CASE("at most 16 connections are open, and more requests wait their turn",
          "[upstream]") {
  UpstreamFixture f("http");
  f.connect();
  f.node->stall("eth_call");
  std::vector<decltype(f.ask(""))> pending;
  for (int i = 0; i < 20; ++i) pending.push_back(f.ask("eth_call"));
  run_until(f.io, [&] { return f.node->count("eth_call") == 16; });
  run_ready(f.io);
  CHECK(f.node->accepted == 16);

  f.node->answer("eth_call", 1);
  const auto call = f.node->calls.back();
  f.node->reply(call, {{"id", call.id}, {"result", 1}});
  run_until(f.io, [&] { return f.node->count("eth_call") == 20; });
  CHECK(f.node->accepted == 16);
}

TEST_CASE("a request that timed out in the queue is never sent", "[upstream]") {
  UpstreamFixture f("http");
  f.connect();
  f.node->stall("eth_sendTransaction");
  for (int i = 0; i < 16; ++i) f.ask("eth_sendTransaction");
  run_until(f.io, [&] { return f.node->count("eth_sendTransaction") == 16; });
  const auto queued = f.ask("eth_call");
  run_ready(f.io);
  f.timers.advance(30s);
  CHECK(f.code(finish(f.io, queued)) == -32603);
  f.node->drop_connections();
  f.pass_until(60s, 1s, [&] { return f.node->count("eth_chainId") > 1; });
  CHECK(f.node->count("eth_call") == 0);
}

TEST_CASE("a node that no longer answers is found out by the light question",
          "[upstream]") {
  UpstreamFixture f("http");
  f.connect();
  f.node->stall("eth_call");
  f.node->stall("eth_chainId");
  const auto pending = f.ask_arrived("eth_call");
  f.timers.advance(30s);
  CHECK(f.code(finish(f.io, pending)) == -32603);
  run_until(f.io, [&] { return f.node->count("eth_chainId") == 2; });
  CHECK(f.upstream->connected());
  f.timers.advance(10s);
  run_until(f.io, [&] { return !f.upstream->connected(); });

  f.node->answer("eth_chainId", "0x1");
  f.pass_until(1s, 50ms, [&] { return f.upstream->connected(); });
  CHECK(f.states == std::vector<bool>{true, false, true});
}

TEST_CASE("a node that is not there yet is found when it comes", "[upstream]") {
  UpstreamFixture f("http");
  f.node->stop_listening();
  f.open();
  const auto result = f.get("eth_call");
  CHECK(f.code(result) == 4900);
  CHECK(result.error().message.find("Connection refused") != std::string::npos);
  f.node->listen();
  f.pass_until(60s, 100ms, [&] { return f.upstream->connected(); });
  CHECK(f.states == std::vector<bool>{true});
}

TEST_CASE("a web server that is no node is not connected", "[upstream]") {
  UpstreamFixture f("http");
  f.node->say("eth_chainId", "<html>");
  f.open();
  f.pass_until(10s, 1s, [&] { return f.node->count("eth_chainId") > 2; });
  CHECK_FALSE(f.upstream->connected());
}

TEST_CASE("credentials and path of the URL reach the node", "[upstream]") {
  UpstreamFixture f(GENERATE("http", "ws"));
  auto url = f.node->url(f.scheme);
  url.insert(url.find("//") + 2, "user:p%40ss@");
  auto made = berth::server::make_upstream(url + "/v3/k?a=b",
                                           f.io.get_executor(), f.timers);
  REQUIRE(made.has_value());
  f.upstream = std::move(*made);
  run_until(f.io, [&] { return f.upstream->connected(); });
  CHECK(f.get("eth_chainId"));
  CHECK(f.node->calls.back().target == "/v3/k?a=b");
  CHECK(f.node->calls.back().authorization == "Basic dXNlcjpwQHNz");
}

TEST_CASE("HTTP cannot notify, and says so", "[upstream]") {
  UpstreamFixture f("http");
  f.connect();
  CHECK(f.code(f.get("eth_subscribe", {"newHeads"})) == 4200);
  CHECK(f.code(f.get("eth_unsubscribe", {"0x1"})) == 4200);
  CHECK(f.node->count("eth_subscribe") == 0);
}
