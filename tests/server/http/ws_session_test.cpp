// WebSockets by raw frames (RFC 6455 section 5) under fake time.
#include "tests/support/catch.h"
#include "tests/support/http_host.h"

namespace berth::http {
namespace {

using namespace std::chrono_literals;
using test::get;
using test::HttpHost;
using test::RawClient;

// Sees everything that happens to the sockets of one host.
struct Application {
  struct Handler : WsHandler {
    explicit Handler(Application& a) : app(a) {}
    void on_open(std::shared_ptr<WsConnection> connection) override {
      app.connection = connection;
      app.connection->send("hello");
    }
    void on_message(std::string text) override {
      if (text == "pause") app.connection->pause(1s);
      if (text == "throw") throw std::runtime_error("a bug");
      app.messages.push_back(text);
      app.connection->send("echo " + text);
    }
    void on_close() override {
      ++app.closed;
      app.connection.reset();
    }
    Application& app;
  };

  Router router() {
    Router routes;
    routes.add_websocket(
        "/", [this](Request request) { return decide(std::move(request)); });
    return routes;
  }
  asio::awaitable<WsDecision> decide(Request request) {
    if (request.find("Origin")) co_return error_response(403, "no pages");
    (void)request.connection->set_proven();
    co_return WsAccept{"berth.v1", std::make_unique<Handler>(*this)};
  }

  std::shared_ptr<WsConnection> connection;
  std::vector<std::string> messages;
  int closed = 0;
};

const std::string kVersion = "Sec-WebSocket-Version: 13\r\n";
const std::string kKey = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const std::string kUpgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";

// A client's frame with the mask 0, which leaves the payload as it is.
std::string frame(int first_byte, const std::string& payload) {
  std::string bytes(1, static_cast<char>(first_byte));
  const auto size = payload.size();
  if (size < 126) {
    bytes += static_cast<char>(0x80 | size);
  } else {
    const int digits = size < 65536 ? 2 : 8;
    bytes += static_cast<char>(0x80 | (digits == 2 ? 126 : 127));
    for (int i = digits - 1; i >= 0; --i)
      bytes += static_cast<char>(size >> (8 * i));
  }
  return bytes + std::string(4, '\0') + payload;
}
std::string text_frame(const std::string& text) { return frame(0x81, text); }

std::string server_text(const std::string& text) {
  return std::string("\x81") + static_cast<char>(text.size()) + text;
}
std::string server_close(int code) {
  return {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
}

ServerOptions patient() {
  ServerOptions options;
  options.limits.transfer_time = 1h;
  options.limits.ping_interval = 1h;
  options.limits.close_time = 1h;
  return options;
}

struct Fixture {
  explicit Fixture(ServerOptions options = patient())
      : host(app.router(), options), client(host) {}
  // Ends the handshake and the first frame.
  std::string open() {
    client.send(get(host, "/", kUpgrade + kVersion + kKey));
    auto head = client.read_response();
    REQUIRE(client.read(7) == server_text("hello"));
    host.settle();  // it knows that this was sent
    return head;
  }
  bool ended() {
    return host.run_until([this] { return app.closed == 1; });
  }
  // The code of the close frame that ends what the host says.
  int close_code() {
    client.read(2);
    const auto code = client.read(2);
    return static_cast<unsigned char>(code[0]) << 8 |
           static_cast<unsigned char>(code[1]);
  }

  Application app;
  HttpHost host;
  RawClient client;
};

TEST_CASE("a WebSocket opens with the subprotocol and security headers") {
  Fixture ws;
  const auto head = ws.open();
  CHECK(head.starts_with("HTTP/1.1 101 "));
  // The answer to the key of RFC 6455 section 1.3.
  CHECK(head.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") !=
        std::string::npos);
  CHECK(head.find("Sec-WebSocket-Protocol: berth.v1\r\n") != std::string::npos);
  CHECK(head.find("X-Content-Type-Options: nosniff\r\n") != std::string::npos);
  CHECK(head.find("Sec-WebSocket-Extensions") == std::string::npos);
}

TEST_CASE("row 19: permessage-deflate is not accepted, whoever offers it") {
  Fixture ws;
  ws.client.send(get(ws.host, "/",
                     kUpgrade + kVersion + kKey +
                         "Sec-WebSocket-Extensions: permessage-deflate\r\n"));
  CHECK(ws.client.read_response().find("Sec-WebSocket-Extensions") ==
        std::string::npos);
}

TEST_CASE("messages are delivered whole and in order, fragments too") {
  Fixture ws;
  ws.open();
  ws.client.send(text_frame("a") + frame(0x01, "b") + frame(0x89, "p") +
                 frame(0x80, "c"));
  CHECK(ws.client.read(8) == server_text("echo a"));
  CHECK(ws.client.read(3) == std::string("\x8a\x01p"));
  CHECK(ws.client.read(9) == server_text("echo bc"));
  CHECK(ws.app.messages == std::vector<std::string>{"a", "bc"});
}

TEST_CASE("row 17: a bad handshake is refused before 101") {
  struct Row {
    std::string name;
    std::string headers;
    int status;
  };
  const std::string key = "Sec-WebSocket-Key: ";
  const auto row = GENERATE_COPY(values<Row>({
      {"empty key", kUpgrade + kVersion + key + "\r\n", 400},
      {"no key", kUpgrade + kVersion, 400},
      {"short key", kUpgrade + kVersion + key + "AAAA\r\n", 400},
      {"15 bytes", kUpgrade + kVersion + key + "AAAAAAAAAAAAAAAAAAAA\r\n", 400},
      {"17 bytes", kUpgrade + kVersion + key + "AAAAAAAAAAAAAAAAAAAAAAA=\r\n",
       400},
      {"no base64", kUpgrade + kVersion + key + "!!!!!!!!!!!!!!!!!!!!!!==\r\n",
       400},
      {"base64url", kUpgrade + kVersion + key + "AAAA-AAAAAAAAAAAAAAAAA==\r\n",
       400},
      {"stray bits", kUpgrade + kVersion + key + "AAAAAAAAAAAAAAAAAAAAAB==\r\n",
       400},
      {"two keys", kUpgrade + kVersion + kKey + kKey, 400},
      {"version 12", kUpgrade + kKey + "Sec-WebSocket-Version: 12\r\n", 426},
      {"no version", kUpgrade + kKey, 426},
      {"two versions", kUpgrade + kKey + kVersion + kVersion, 426},
      {"no Upgrade", "Connection: Upgrade\r\n" + kVersion + kKey, 400},
      {"no Connection", "Upgrade: websocket\r\n" + kVersion + kKey, 400},
      {"another Upgrade",
       "Upgrade: h2c\r\nConnection: Upgrade\r\n" + kVersion + kKey, 400},
      {"a body", kUpgrade + kVersion + kKey + "Content-Length: 1\r\n", 400},
      {"row 9: refused by the application",
       kUpgrade + kVersion + kKey + "Origin: https://evil.com\r\n", 403},
  }));
  INFO(row.name);
  Fixture ws;
  ws.client.send(get(ws.host, "/", row.headers));
  const auto answer = ws.client.read_all();
  CHECK(answer.starts_with("HTTP/1.1 " + std::to_string(row.status) + " "));
  CHECK((answer.find("\r\nSec-WebSocket-Version: 13\r\n") !=
         std::string::npos) == (row.status == 426));
  CHECK_FALSE(ws.app.connection);
}

TEST_CASE("a client that is paused is not read, and is heard again after it") {
  Fixture ws;
  ws.open();
  ws.client.send(text_frame("pause") + text_frame("a"));
  CHECK(ws.client.read(12) == server_text("echo pause"));
  ws.host.advance(999ms);
  CHECK(ws.app.messages == std::vector<std::string>{"pause"});
  ws.host.advance(2ms);
  CHECK(ws.client.read(8) == server_text("echo a"));
}

TEST_CASE("a pause ends with its connection") {
  Fixture ws;
  ws.open();
  ws.client.send(text_frame("pause"));
  CHECK(ws.client.read(12) == server_text("echo pause"));
  const std::chrono::seconds no_grace{0};
  bool stopped = false;
  asio::co_spawn(ws.host.io, ws.host.server.stop(no_grace),
                 [&](std::exception_ptr) { stopped = true; });
  ws.host.advance(no_grace);
  CHECK(ws.ended());
  CHECK(ws.host.run_until([&] { return stopped; }));
}

TEST_CASE("row 17: a plain GET of a WebSocket's path is 426") {
  Fixture ws;
  ws.client.send(get(ws.host, "/"));
  CHECK(ws.client.read_response().starts_with("HTTP/1.1 426 "));
}

TEST_CASE("an upgrade where there is no WebSocket is 404") {
  Fixture ws;
  ws.client.send(get(ws.host, "/other", kUpgrade + kVersion + kKey));
  CHECK(ws.client.read_all().starts_with("HTTP/1.1 404 "));
}

TEST_CASE("frames before the handshake is answered are refused") {
  Fixture ws;
  ws.client.send(get(ws.host, "/", kUpgrade + kVersion + kKey) +
                 text_frame("early"));
  CHECK(ws.client.read_all().starts_with("HTTP/1.1 400 "));
  CHECK(ws.app.messages.empty());
}

TEST_CASE("rows 18 and 19: damage is answered with the code of the RFC") {
  struct Row {
    std::string name;
    std::string bytes;
    int code;
  };
  const std::string huge("\x81\xff\x80\0\0\0\0\0\0\0\0\0\0\0", 14);
  const auto row = GENERATE_COPY(values<Row>({
      {"unmasked", server_text("a"), 1002},
      {"reserved bit", frame(0xc1, "a"), 1002},
      {"reserved opcode", frame(0x83, "a"), 1002},
      {"reserved control opcode", frame(0x8b, "a"), 1002},
      {"length 2^63", huge, 1009},
      {"control frame over 125", frame(0x89, std::string(126, 'a')), 1002},
      {"control frame in fragments", frame(0x09, "a"), 1002},
      {"continuation of nothing", frame(0x80, "a"), 1002},
      {"message inside a message", frame(0x01, "a") + frame(0x01, "b"), 1002},
      {"close frame of one byte", frame(0x88, "a"), 1002},
      {"bad UTF-8", text_frame("\xff"), 1007},
      {"surrogate", text_frame("\xed\xa0\x80"), 1007},
      {"UTF-8 cut off", text_frame("\xe2\x82"), 1007},
      {"message over 1 MiB", text_frame(std::string((1 << 20) + 1, 'a')), 1009},
      {"fragments over 1 MiB together",
       frame(0x01, std::string(1 << 19, 'a')) +
           frame(0x00, std::string(1 << 19, 'a')) + frame(0x80, "a"),
       1009},
      {"binary", frame(0x82, "a"), 1003},
      {"binary in fragments", frame(0x02, "a"), 1003},
  }));
  INFO(row.name);
  Fixture ws;
  ws.open();
  ws.client.send(row.bytes);
  CHECK(ws.close_code() == row.code);
  ws.client.send(frame(0x88, server_close(row.code)));
  ::shutdown(ws.client.fd(), SHUT_WR);
  CHECK(ws.client.closed());
  CHECK(ws.host.run_until_open(0));
  CHECK(ws.app.messages.empty());
  CHECK(ws.ended());
}

TEST_CASE("row 19: who sends on for a while reads why it was closed") {
  Fixture ws;
  ws.open();
  ws.client.send(text_frame(std::string(8 << 20, 'a')));
  CHECK(ws.close_code() == 1009);
  CHECK(ws.client.read_all().empty());
  ::shutdown(ws.client.fd(), SHUT_WR);
  CHECK(ws.ended());
  CHECK(ws.app.messages.empty());
}

TEST_CASE("row 19: who is within a frame while it is closed is let go") {
  Fixture ws;
  ws.open();
  const auto pong = frame(0x8a, "pong");
  ws.client.send(frame(0x82, "a") + frame(0x01, "b") + pong.substr(0, 7));
  CHECK(ws.close_code() == 1003);
  ws.client.send(pong.substr(7) + frame(0x88, server_close(1003)));
  CHECK(ws.client.closed());
  CHECK(ws.ended());
  CHECK(ws.app.messages.empty());
}

TEST_CASE("row 19: who does not go after it was closed is cut after 2 s") {
  auto options = patient();
  options.limits.close_time = Limits{}.close_time;
  Fixture ws(options);
  ws.open();
  ws.client.send(text_frame("\xff"));
  CHECK(ws.close_code() == 1007);
  ws.host.advance(1999ms);
  CHECK(ws.app.closed == 0);
  ws.host.advance(1ms);
  CHECK(ws.ended());
}

TEST_CASE("row 19: who sends without end after it was closed is cut") {
  Fixture ws;
  ws.open();
  ws.client.send(text_frame("\xff"));
  CHECK(ws.close_code() == 1007);
  ws.client.send(std::string(8 << 20, 'a'));
  CHECK(ws.app.closed == 0);
  ws.client.send(std::string(9 << 20, 'a'));
  CHECK(ws.ended());
}

TEST_CASE("a message of exactly 1 MiB is delivered") {
  Fixture ws;
  ws.open();
  ws.client.send(text_frame(std::string(1 << 20, 'a')));
  REQUIRE(ws.host.run_until([&] { return !ws.app.messages.empty(); }));
  CHECK(ws.app.messages.front().size() == 1 << 20);
}

TEST_CASE("row 20: the rest of a message is given 10 s") {
  auto options = patient();
  options.limits.transfer_time = Limits{}.transfer_time;
  Fixture ws(options);
  ws.open();
  ws.client.send(text_frame("abcd").substr(0, 8));
  ws.host.settle();
  ws.host.advance(9s);
  CHECK(ws.client.pump());
  ws.client.send("c");  // one byte more, and one is still missing
  ws.host.advance(1s);
  CHECK(ws.client.closed());
  CHECK(ws.host.server.counters().timed_out == 1);
}

TEST_CASE("a silent client is pinged after 30 s and let go of 10 s later") {
  auto options = patient();
  options.limits.ping_interval = Limits{}.ping_interval;
  Fixture ws(options);
  ws.open();
  const std::string ping("\x89\0", 2);
  ws.host.advance(29s);
  ws.client.pump();
  CHECK(ws.client.received.empty());
  ws.host.advance(1s);
  CHECK(ws.client.read(2) == ping);
  SECTION("a pong keeps it") {
    ws.host.advance(9s);
    ws.client.send(frame(0x8a, ""));
    ws.host.settle();
    ws.host.advance(29s);
    CHECK(ws.client.pump());
    CHECK(ws.client.received.empty());
    ws.host.advance(1s);
    CHECK(ws.client.read(2) == ping);
  }
  SECTION("silence ends it") {
    ws.host.advance(9s);
    CHECK(ws.client.pump());
    ws.host.advance(1s);
    CHECK(ws.client.closed());
    CHECK(ws.ended());
    CHECK(ws.host.server.counters().timed_out == 1);
  }
}

TEST_CASE("a client that does not read is disconnected, the others are not") {
  Fixture ws;
  ws.open();
  const std::string message(1 << 20, 'x');
  // What the kernel buffers comes on top of the 4 MiB of the queue.
  for (int i = 0; i < 64 && ws.app.closed == 0; ++i) {
    ws.app.connection->send(message);
    ws.host.settle();
  }
  CHECK(ws.ended());
  CHECK(ws.host.server.counters().slow_readers == 1);
  RawClient other(ws.host);
  other.send(get(ws.host, "/", kUpgrade + kVersion + kKey));
  CHECK(other.read_response().starts_with("HTTP/1.1 101 "));
}

TEST_CASE("a client that stops reading is given 10 s, whatever it sends") {
  auto options = patient();
  options.limits.transfer_time = Limits{}.transfer_time;
  Fixture ws(options);
  ws.open();
  // More than the kernel buffers, and nothing comes after it.
  ws.app.connection->send(std::string(24 << 20, 'x'));
  ws.host.advance(9s);
  ws.client.send(frame(0x8a, ""));
  ws.host.settle();
  CHECK(ws.app.closed == 0);
  ws.host.advance(1s);
  CHECK(ws.ended());
  CHECK(ws.host.server.counters().slow_readers == 1);
}

TEST_CASE("a client that reads gets any amount") {
  Fixture ws;
  ws.open();
  // The last one is larger than the queue.
  for (const int mebibytes : {1, 1, 1, 1, 1, 1, 1, 1, 6}) {
    const std::string message(mebibytes << 20, 'x');
    ws.app.connection->send(message);
    CHECK(ws.client.read(message.size() + 10).ends_with(message));
  }
  CHECK(ws.host.server.counters().slow_readers == 0);
}

TEST_CASE("close sends what is queued first, and nothing after it") {
  Fixture ws;
  ws.open();
  ws.app.connection->send("last");
  ws.app.connection->close(ws_close::normal, "done");
  ws.app.connection->send("too late");
  ws.client.send(text_frame("ignored"));
  CHECK(ws.client.read(6) == server_text("last"));
  CHECK(ws.client.read(8) == std::string("\x88\x06\x03\xe8") + "done");
  ws.client.send(frame(0x88, server_close(1000)));
  ::shutdown(ws.client.fd(), SHUT_WR);
  CHECK(ws.client.read_all().empty());
  CHECK(ws.app.messages.empty());
  CHECK(ws.ended());
}

TEST_CASE("a client that does not answer the close frame is cut after 2 s") {
  auto options = patient();
  options.limits.close_time = Limits{}.close_time;
  Fixture ws(options);
  ws.open();
  ws.app.connection->close(ws_close::normal, "");
  CHECK(ws.close_code() == 1000);
  ws.host.advance(1999ms);
  CHECK(ws.client.pump());
  ws.host.advance(1ms);
  CHECK(ws.client.closed());
}

TEST_CASE("damage while a connection is being closed ends it all the same") {
  Fixture ws(ServerOptions{});
  ws.open();
  // What makes us close, then a text that is no UTF-8, in two parts.
  const std::string bytes =
      frame(0x82, "!!") + text_frame(std::string(50, '\xff'));
  const auto part = GENERATE(range(1, 64));
  CAPTURE(part);
  ws.client.send(bytes.substr(0, part));
  ws.client.pump();
  ws.client.send(bytes.substr(part));
  ws.client.pump();
  // Nothing more comes: at the latest, the client is not there any more.
  ws.host.advance(Limits{}.ping_interval);
  ws.host.advance(Limits{}.pong_time);
  CHECK(ws.ended());
}

TEST_CASE("a client's close is answered with its code") {
  Fixture ws;
  ws.open();
  ws.client.send(frame(0x88, server_close(1000)));
  CHECK(ws.close_code() == 1000);
  ::shutdown(ws.client.fd(), SHUT_WR);
  CHECK(ws.client.closed());
  CHECK(ws.ended());
}

TEST_CASE("a connection that is kept beyond its end does nothing") {
  Fixture ws;
  ws.open();
  const auto kept = ws.app.connection;
  ::shutdown(ws.client.fd(), SHUT_RDWR);
  REQUIRE(ws.host.run_until([&] { return ws.app.closed == 1; }));
  kept->send("nobody");
  kept->close(ws_close::normal, "");
  ws.host.settle();
  CHECK(ws.host.timers.pending() == 0);
  CHECK(ws.ended());
}

TEST_CASE("a handler that throws costs its own connection only") {
  Fixture ws;
  ws.open();
  ws.client.send(text_frame("throw"));
  CHECK(ws.client.closed());
  CHECK(ws.ended());
}

TEST_CASE("a stop says 1001 to every WebSocket") {
  Fixture ws;
  ws.open();
  bool stopped = false;
  asio::co_spawn(ws.host.io, ws.host.server.stop(5s),
                 [&](std::exception_ptr) { stopped = true; });
  CHECK(ws.close_code() == 1001);
  CHECK_FALSE(stopped);
  SECTION("and ends when they have answered") {
    ws.client.send(frame(0x88, server_close(1001)));
    ::shutdown(ws.client.fd(), SHUT_WR);
  }
  SECTION("and does not wait for longer than the grace") {
    ws.host.advance(5s);
  }
  CHECK(ws.host.run_until([&] { return stopped; }));
  CHECK(ws.ended());
}

}  // namespace
}  // namespace berth::http
