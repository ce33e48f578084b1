// Responses whose body comes bit by bit (RFC 9112 section 7.1).
#include "tests/support/catch.h"
#include "tests/support/http_host.h"

namespace berth::http {
namespace {

using namespace std::chrono_literals;
using test::get;
using test::HttpHost;
using test::RawClient;
using Piece = std::optional<std::string>;

// A stream whose pieces the test gives, one at a time.
struct Feed {
  asio::awaitable<Piece> next() {
    const auto executor = co_await asio::this_coro::executor;
    Event given(executor);
    waiting = &given;
    co_await given.wait();
    waiting = nullptr;
    cancelled = !given.is_set();
    co_return std::move(piece);
  }
  asio::awaitable<Response> handle(Request) {
    Response response;
    response.content_type = "text/event-stream";
    response.chunks = [this] { return next(); };
    co_return response;
  }
  Router router() {
    Router routes;
    const auto serve = [this](Request r) { return handle(std::move(r)); };
    routes.add("GET", "/feed", serve);
    routes.add("HEAD", "/feed", serve);
    routes.add("GET", "/other", [](Request) -> asio::awaitable<Response> {
      co_return Response{200, "other"};
    });
    return routes;
  }
  void give(HttpHost& host, Piece next_piece) {
    REQUIRE(host.run_until([&] { return waiting != nullptr; }));
    piece = std::move(next_piece);
    std::exchange(waiting, nullptr)->set();
  }

  Piece piece;
  Event* waiting = nullptr;  // there while next() runs
  bool cancelled = false;
};

// A stream that always has more.
Router endless(const std::string& piece) {
  Router routes;
  routes.add("GET", "/feed", [piece](Request) -> asio::awaitable<Response> {
    Response response;
    response.chunks = [piece]() -> asio::awaitable<Piece> { co_return piece; };
    co_return response;
  });
  return routes;
}

struct Stop {
  explicit Stop(HttpHost& host) {
    asio::co_spawn(host.io, host.server.stop(1h),
                   [this](std::exception_ptr error) { done = !error; });
    host.settle();
  }
  bool done = false;
};

TEST_CASE("a stream goes out as it comes, then the next request is answered") {
  Feed feed;
  HttpHost host(feed.router());
  RawClient client(host);
  const auto head = client.send(get(host, "/feed")).read_response();
  CHECK(head.find("\r\nTransfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(head.find("\r\nContent-Type: text/event-stream\r\n") !=
        std::string::npos);
  CHECK(head.find("Content-Length") == std::string::npos);
  feed.give(host, "hello");
  CHECK(client.read(10) == "5\r\nhello\r\n");
  client.send(get(host, "/other"));
  feed.give(host, "");  // would be the end, were it sent
  feed.give(host, std::string(26, 'x'));
  CHECK(client.read(32) == "1a\r\n" + std::string(26, 'x') + "\r\n");
  feed.give(host, std::nullopt);
  CHECK(client.read(5) == "0\r\n\r\n");
  CHECK(client.read_response().ends_with("\r\n\r\nother"));
}

TEST_CASE("HTTP/1.0 gets a stream without chunks, up to the end") {
  Feed feed;
  HttpHost host(feed.router());
  RawClient client(host);
  client.send(
      "GET /feed HTTP/1.0\r\nConnection: keep-alive\r\nHost: localhost:" +
      std::to_string(host.server.port()) + "\r\n\r\n");
  feed.give(host, "hello");
  feed.give(host, std::nullopt);
  const auto answer = client.read_all();
  CHECK(answer.find("Transfer-Encoding") == std::string::npos);
  CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(answer.ends_with("\r\n\r\nhello"));
}

TEST_CASE("HEAD gets the head of a stream, which is never begun") {
  Feed feed;
  HttpHost host(feed.router());
  RawClient client(host);
  auto request = get(host, "/feed");
  request.replace(0, 3, "HEAD");
  const auto head = client.send(request).read_response();
  CHECK(head.find("\r\nTransfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(client.send(get(host, "/other"))
            .read_response()
            .ends_with("\r\n\r\nother"));
  CHECK(feed.waiting == nullptr);
}

TEST_CASE("a stream is cancelled when its client goes away") {
  Feed feed;
  HttpHost host(feed.router());
  std::optional<RawClient> client(host);
  (void)client->send(get(host, "/feed")).read_response();
  REQUIRE(host.run_until([&] { return feed.waiting != nullptr; }));
  client.reset();
  CHECK(host.run_until([&] { return feed.cancelled; }));
  CHECK(host.run_until_open(0));
}

TEST_CASE("a stop ends a stream at once, as a whole response") {
  Feed feed;
  HttpHost host(feed.router());
  RawClient client(host);
  (void)client.send(get(host, "/feed")).read_response();
  feed.give(host, "hello");
  (void)client.read(10);
  REQUIRE(host.run_until([&] { return feed.waiting != nullptr; }));
  const Stop stop(host);
  CHECK(client.read_all() == "0\r\n\r\n");
  CHECK(feed.cancelled);
  host.advance(2s);  // for the client to close too
  CHECK(host.run_until([&] { return stop.done; }));
}

TEST_CASE("a stop ends a stream that always has more") {
  HttpHost host(endless("more"));
  RawClient client(host);
  (void)client.send(get(host, "/feed")).read_response();
  CHECK(client.read(9) == "4\r\nmore\r\n");
  const Stop stop(host);
  // Whole pieces, perhaps none, and the end.
  const auto rest = client.read_all();
  CHECK(rest.ends_with("0\r\n\r\n"));
  CHECK((rest.size() - 5) % 9 == 0);
}

TEST_CASE("a client that does not read its stream is given 10 s") {
  ServerOptions options;
  options.limits.unproven_time = 1h;
  HttpHost host(endless(std::string(1 << 20, 'x')), options);
  RawClient client(host);
  client.send(get(host, "/feed"));
  REQUIRE(host.run_until([&] { return host.server.counters().requests == 1; }));
  // Until the sockets' buffers are full.
  for (int i = 0; i < 50; ++i) host.settle();
  CHECK(host.server.counters().open == 1);
  host.advance(10s);
  CHECK(host.run_until_open(0));
  CHECK(host.server.counters().timed_out == 1);
}

TEST_CASE("a stream may be silent for as long as it likes") {
  Feed feed;
  ServerOptions options;
  options.limits.unproven_time = 24h;
  HttpHost host(feed.router(), options);
  RawClient client(host);
  (void)client.send(get(host, "/feed")).read_response();
  REQUIRE(host.run_until([&] { return feed.waiting != nullptr; }));
  host.advance(23h);
  feed.give(host, "hello");
  CHECK(client.read(10) == "5\r\nhello\r\n");
}

TEST_CASE("a stream that fails is broken off, not ended") {
  Router routes;
  routes.add("GET", "/feed", [](Request) -> asio::awaitable<Response> {
    Response response;
    response.chunks = []() -> asio::awaitable<Piece> {
      throw std::runtime_error("a bug");
      co_return Piece();
    };
    co_return response;
  });
  HttpHost host(std::move(routes));
  RawClient client(host);
  client.send(get(host, "/feed"));
  CHECK(client.read_all().ends_with("\r\n\r\n"));
  CHECK(client.received.find("\r\n0\r\n") == std::string::npos);
}

}  // namespace
}  // namespace berth::http
