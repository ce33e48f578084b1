#include <any>

#include "tests/support/catch.h"
#include "tests/support/http_host.h"

namespace berth::http {
namespace {

using namespace std::chrono_literals;
using test::get;
using test::HttpHost;
using test::post;
using test::RawClient;

asio::awaitable<Response> echo(Request request) {
  co_return Response{200,
                     request.method + " " + request.path + " " + request.body};
}

asio::awaitable<Response> prove(Request request) {
  const bool proven = request.connection->set_proven();
  co_return Response{proven ? 200 : 503, "{}"};
}

// Counts the requests of its own connection.
asio::awaitable<Response> count(Request request) {
  auto& state = request.connection->state;
  if (!state.has_value()) state = 0;
  co_return Response{200, std::to_string(++std::any_cast<int&>(state))};
}

asio::awaitable<Response> fail(Request) {
  throw std::runtime_error("a bug");
  co_return Response{};
}

Router routes() {
  Router router;
  router.add("GET", "/echo", echo);
  router.add("POST", "/echo", echo);
  router.add("GET", "/prove", prove);
  router.add("GET", "/count", count);
  router.add("GET", "/fail", fail);
  return router;
}

std::string body_of(const std::string& response) {
  return response.substr(response.find("\r\n\r\n") + 4);
}

TEST_CASE("requests of one connection are answered in turn, pipelined too") {
  HttpHost host(routes());
  RawClient client(host);
  client.send(post(host, "/echo", "[1]"));
  CHECK(body_of(client.read_response()) == "POST /echo [1]");
  client.send(post(host, "/echo", "[2]") + get(host, "/echo?q=1"));
  CHECK(body_of(client.read_response()) == "POST /echo [2]");
  CHECK(body_of(client.read_response()) == "GET /echo ");
  CHECK(host.server.counters().requests == 3);
}

TEST_CASE("a request that comes byte by byte is served") {
  HttpHost host(routes());
  RawClient client(host);
  for (const char byte : post(host, "/echo", "{}")) {
    client.send(std::string(1, byte));
    host.settle();
  }
  CHECK(body_of(client.read_response()) == "POST /echo {}");
}

TEST_CASE(
    "row 14: every response carries the security headers, and no CORS "
    "header") {
  HttpHost host(routes());
  for (const auto* path : {"/echo", "/nothing", "/fail"}) {
    RawClient client(host);
    const auto response = client.send(get(host, path)).read_response();
    for (const auto* header :
         {"\r\nX-Content-Type-Options: nosniff\r\n",
          "\r\nCache-Control: no-store\r\n",
          "\r\nCross-Origin-Resource-Policy: same-origin\r\n"})
      CHECK(response.find(header) != std::string::npos);
    CHECK(response.find("Access-Control") == std::string::npos);
  }
}

TEST_CASE("a security header that a handler sets stands instead of ours") {
  Router router;
  router.add("GET", "/icon", [](Request) -> asio::awaitable<Response> {
    Response response(200, "icon");
    response.headers = {{"cache-control", "max-age=60"},
                        {"Cross-Origin-Resource-Policy", "cross-origin"}};
    co_return response;
  });
  HttpHost host(std::move(router));
  RawClient client(host);
  const auto response = client.send(get(host, "/icon")).read_response();
  CHECK(response.find("\r\ncache-control: max-age=60\r\n") !=
        std::string::npos);
  CHECK(response.find("no-store") == std::string::npos);
  CHECK(response.find("cross-origin") != std::string::npos);
  CHECK(response.find("same-origin") == std::string::npos);
  CHECK(response.find("\r\nX-Content-Type-Options: nosniff\r\n") !=
        std::string::npos);
}

TEST_CASE("a handler that throws costs its request a 500, no more") {
  HttpHost host(routes());
  RawClient client(host);
  CHECK(client.send(get(host, "/fail"))
            .read_response()
            .starts_with("HTTP/1.1 500 "));
  CHECK(client.send(get(host, "/echo"))
            .read_response()
            .starts_with("HTTP/1.1 200 "));
}

TEST_CASE("the connection closes where the client asks, or speaks HTTP/1.0") {
  HttpHost host(routes());
  RawClient asks(host);
  const auto answer =
      asks.send(get(host, "/echo", "Connection: close\r\n")).read_all();
  CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
  RawClient old(host);
  const auto port = std::to_string(host.server.port());
  old.send("GET /echo HTTP/1.0\r\nHost: localhost:" + port + "\r\n\r\n");
  CHECK(old.read_all().starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a client that expects 100 Continue is told to go on") {
  HttpHost host(routes());
  RawClient client(host);
  auto request = post(host, "/echo", "{}");
  request.insert(request.find("\r\n") + 2, "Expect: 100-continue\r\n");
  request.resize(request.size() - 2);
  CHECK(client.send(request).read_response() ==
        "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(body_of(client.send("{}").read_response()) == "POST /echo {}");
}

TEST_CASE("state that a handler attaches stays with its connection") {
  HttpHost host(routes());
  RawClient first(host);
  RawClient second(host);
  CHECK(body_of(first.send(get(host, "/count")).read_response()) == "1");
  CHECK(body_of(first.send(get(host, "/count")).read_response()) == "2");
  CHECK(body_of(second.send(get(host, "/count")).read_response()) == "1");
}

TEST_CASE("an extra host name is served once it is set") {
  HttpHost host(routes());
  const auto request = "GET /echo HTTP/1.1\r\nHost: abc.localhost:" +
                       std::to_string(host.server.port()) + "\r\n\r\n";
  RawClient before(host);
  CHECK(before.send(request).read_all().starts_with("HTTP/1.1 403 "));
  host.server.set_extra_host("abc.localhost");
  RawClient after(host);
  CHECK(after.send(request).read_response().starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a refusal reaches a client that is still sending its body") {
  HttpHost host(routes());
  RawClient client(host);
  auto request = get(host, "/echo", "Content-Length: 9000000\r\n");
  request += std::string(3 << 20, 'x');
  CHECK(client.send(request).read_all().starts_with("HTTP/1.1 413 "));
}

// Limits under which nothing but the one in question can end a connection.
ServerOptions patient() {
  ServerOptions options;
  options.limits.unproven_time = 1h;
  options.limits.transfer_time = 1h;
  options.limits.idle_time = 1h;
  return options;
}

TEST_CASE("row 20: half a header is given 10 s") {
  auto options = patient();
  options.limits.transfer_time = Limits{}.transfer_time;
  HttpHost host(routes(), options);
  RawClient client(host);
  client.send("GET /echo HTTP/1.1\r\n");
  REQUIRE(host.run_until_open(1));
  for (int second = 0; second < 9; ++second) {
    host.advance(1s);
    client.send("X: a\r\n");  // a byte now and then does not help
  }
  CHECK(client.pump());
  host.advance(1s);
  CHECK(client.read_all().starts_with("HTTP/1.1 408 "));
  CHECK(host.server.counters().timed_out == 1);
}

TEST_CASE("row 20: half a body is given 10 s") {
  auto options = patient();
  options.limits.transfer_time = Limits{}.transfer_time;
  HttpHost host(routes(), options);
  RawClient client(host);
  auto request = post(host, "/echo", "{}");
  request.pop_back();
  client.send(request);
  REQUIRE(host.run_until_open(1));
  host.advance(10s);
  CHECK(client.read_all().starts_with("HTTP/1.1 408 "));
}

TEST_CASE("a connection that says nothing is closed after the idle time") {
  auto options = patient();
  options.limits.idle_time = 75s;
  HttpHost host(routes(), options);
  RawClient client(host);
  client.send(get(host, "/echo"));
  (void)client.read_response();
  host.advance(74s);
  CHECK(client.pump());
  host.advance(1s);
  CHECK(client.closed());
}

TEST_CASE("a client that does not read its response is given 10 s") {
  auto options = patient();
  options.limits.transfer_time = 10s;
  Router router;
  router.add("GET", "/much", [](Request) -> asio::awaitable<Response> {
    co_return Response{200, std::string(32 << 20, 'x')};
  });
  HttpHost host(std::move(router), options);
  RawClient client(host);
  client.send(get(host, "/much"));
  REQUIRE(host.run_until([&] { return host.server.counters().requests == 1; }));
  host.advance(10s);
  CHECK(host.run_until_open(0));
  CHECK(host.server.counters().timed_out == 1);
}

TEST_CASE("a connection has 10 s to prove itself, a proven one stays") {
  auto options = patient();
  options.limits.unproven_time = Limits{}.unproven_time;
  HttpHost host(routes(), options);
  RawClient stranger(host);
  RawClient friendly(host);
  (void)stranger.send(get(host, "/echo")).read_response();
  (void)friendly.send(get(host, "/prove")).read_response();
  host.advance(10s);
  CHECK(stranger.closed());
  CHECK(host.server.counters().dropped == 1);
  CHECK(friendly.send(get(host, "/echo"))
            .read_response()
            .starts_with("HTTP/1.1 200 "));
}

TEST_CASE("no more than 64 connections can be proven at a time") {
  HttpHost host(routes());
  std::vector<RawClient> clients;
  for (std::size_t i = 0; i < 64; ++i) {
    auto& client = clients.emplace_back(host);
    REQUIRE(client.send(get(host, "/prove"))
                .read_response()
                .starts_with("HTTP/1.1 200 "));
  }
  RawClient late(host);
  CHECK(late.send(get(host, "/prove"))
            .read_response()
            .starts_with("HTTP/1.1 503 "));
  clients.pop_back();
  REQUIRE(host.run_until_open(64));
  CHECK(late.send(get(host, "/prove"))
            .read_response()
            .starts_with("HTTP/1.1 200 "));
}

TEST_CASE("row 28: of 300 strangers the oldest go, and a good client works") {
  HttpHost host(routes());
  std::vector<RawClient> strangers;
  for (int i = 0; i < 300; ++i) strangers.emplace_back(host);
  REQUIRE(host.run_until(
      [&] { return host.server.counters().dropped == 300 - 256; }));
  CHECK(host.run_until_open(256));
  CHECK(strangers.front().closed());
  CHECK(strangers[300 - 256 - 1].closed());
  CHECK(strangers[300 - 256].pump());
  RawClient good(host);
  CHECK(good.send(get(host, "/prove"))
            .read_response()
            .starts_with("HTTP/1.1 200 "));
  CHECK(strangers[300 - 256].closed());
}

// A handler that waits until it is let go, and tells how it ended.
struct Slow {
  asio::awaitable<Response> handle(Request) {
    auto executor = co_await asio::this_coro::executor;
    Event released(executor);
    release = &released;
    co_await released.wait();
    cancelled = !released.is_set();
    co_return Response{200, "done"};
  }
  Router router() {
    auto routes_and_this = routes();
    routes_and_this.add("GET", "/slow", [this](Request request) {
      return handle(std::move(request));
    });
    return routes_and_this;
  }

  Event* release = nullptr;  // there once the handler runs
  bool cancelled = false;
};

TEST_CASE("a slow handler holds up nobody else") {
  Slow slow;
  HttpHost host(slow.router());
  RawClient waiting(host);
  waiting.send(get(host, "/slow"));
  REQUIRE(host.run_until([&] { return slow.release != nullptr; }));
  RawClient other(host);
  CHECK(other.send(get(host, "/echo"))
            .read_response()
            .starts_with("HTTP/1.1 200 "));
  slow.release->set();
  CHECK(body_of(waiting.read_response()) == "done");
  CHECK_FALSE(slow.cancelled);
}

TEST_CASE("what is sent during a slow handler is the next request") {
  Slow slow;
  HttpHost host(slow.router());
  RawClient client(host);
  client.send(get(host, "/slow"));
  REQUIRE(host.run_until([&] { return slow.release != nullptr; }));
  client.send(post(host, "/echo", "[7]"));
  host.settle();
  slow.release->set();
  CHECK(body_of(client.read_response()) == "done");
  CHECK(body_of(client.read_response()) == "POST /echo [7]");
}

TEST_CASE("a handler is cancelled when its client goes away") {
  Slow slow;
  HttpHost host(slow.router());
  std::optional<RawClient> client(host);
  client->send(get(host, "/slow"));
  REQUIRE(host.run_until([&] { return slow.release != nullptr; }));
  client.reset();
  CHECK(host.run_until([&] { return slow.cancelled; }));
  CHECK(host.run_until_open(0));
}

struct Stop {
  Stop(HttpHost& host, Timers::Clock::duration grace) {
    asio::co_spawn(host.io, host.server.stop(grace),
                   [this](std::exception_ptr error) { done = !error; });
    host.settle();
  }
  bool done = false;
};

TEST_CASE("a stop closes the listener and idle connections at once") {
  HttpHost host(routes());
  RawClient client(host);
  (void)client.send(get(host, "/echo")).read_response();
  const Stop stop(host, 5s);
  CHECK(host.run_until([&] { return stop.done; }));
  CHECK(client.closed());
  CHECK_THROWS(RawClient(host));
}

TEST_CASE("a stop lets a request finish within the grace") {
  Slow slow;
  HttpHost host(slow.router());
  RawClient client(host);
  client.send(get(host, "/slow"));
  REQUIRE(host.run_until([&] { return slow.release != nullptr; }));
  const Stop stop(host, 5s);
  CHECK_FALSE(stop.done);
  slow.release->set();
  const auto answer = client.read_response();
  CHECK(body_of(answer) == "done");
  CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
  host.advance(2s);
  CHECK(host.run_until([&] { return stop.done; }));
}

TEST_CASE("a stop cuts what goes on after the grace") {
  Slow slow;
  HttpHost host(slow.router());
  RawClient client(host);
  client.send(get(host, "/slow"));
  REQUIRE(host.run_until([&] { return slow.release != nullptr; }));
  const Stop stop(host, 5s);
  host.advance(4s);
  CHECK_FALSE(stop.done);
  host.advance(1s);
  CHECK(host.run_until([&] { return stop.done; }));
  CHECK(slow.cancelled);
  CHECK(client.read_all().empty());
}

}  // namespace
}  // namespace berth::http
