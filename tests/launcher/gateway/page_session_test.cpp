#include "launcher/gateway/page_session.h"

#include <nlohmann/json.hpp>

#include "server/http/message_meter.h"
#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"
#include "tests/support/io.h"

using namespace berth;
using namespace berth::launcher;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

struct Socket : http::WsConnection {
  std::vector<json> sent;
  std::chrono::milliseconds paused{0};
  void send(std::string text) override { sent.push_back(json::parse(text)); }
  void pause(std::chrono::milliseconds time) override { paused = time; }
  void close(std::uint16_t, std::string) override {}
};

// A page whose wallet never answers the dial, so that its requests wait.
struct World {
  asio::io_context io;
  test::FakeTimers timers;
  Changes registry;
  TaskGroup tasks{io.get_executor(), nullptr};
  http::RateLimit messages;
  std::shared_ptr<Socket> socket = std::make_shared<Socket>();
  std::unique_ptr<http::WsHandler> session;

  explicit World(http::Rate rate = {100, 200}) : messages(timers, {rate}) {
    ChannelOptions options;
    options.profile = "bob";
    options.find = [](const std::string&) { return std::nullopt; };
    session = make_page_session(std::move(options), timers, registry, tasks,
                                messages);
    session->on_open(socket);
  }
  ~World() {
    session->on_close();
    tasks.cancel();
    test::await(io, tasks.wait());
  }
};

}  // namespace

TEST_CASE("what is no JSON is answered, whatever it is", "[gateway]") {
  World w;
  for (const auto* text : {"{", "\xc3\xa9", "\"\xf0\x9f\x98\x80"}) {
    w.session->on_message(text);
    CHECK(w.socket->sent.back()["error"]["code"] == -32700);
  }
}

TEST_CASE("requests that wait may hold so many bytes", "[gateway]") {
  const http::Rate any_number{1e6, 1e6};
  World w(any_number);
  const json call{{"jsonrpc", "2.0"},
                  {"id", 1},
                  {"method", "eth_call"},
                  {"params", {std::string(1 << 20, 'x')}}};
  // Three of a little more than 1 MiB; the fourth is too much.
  for (int i = 0; i < 3; ++i) w.session->on_message(call.dump());
  CHECK(w.socket->sent.empty());
  w.session->on_message(call.dump());
  REQUIRE(w.socket->sent.size() == 1);
  CHECK(w.socket->sent[0]["error"]["code"] == -32005);
  // Answered, they make room.
  test::run_ready(w.io);
  w.session->on_message(call.dump());
  test::run_ready(w.io);
  CHECK(w.socket->sent.back()["error"]["code"] == 4900);
}

TEST_CASE("a page sends so many messages, and is told when to go on",
          "[gateway]") {
  World w;
  const auto call = [&](int id) {
    const json request{{"jsonrpc", "2.0"}, {"id", id}, {"method", "eth_call"}};
    w.session->on_message(request.dump());
    test::run_ready(w.io);
    return w.socket->sent.back();
  };
  for (int i = 0; i < 200; ++i) CHECK(call(i)["error"]["code"] == 4900);
  const json refused = call(200);
  CHECK(refused["id"] == 200);
  CHECK(refused["error"]["code"] == -32005);
  CHECK(refused["error"]["data"] == json{{"retry_after_ms", 10}});
  CHECK_FALSE(w.messages.take("https://other.example"));
  w.timers.advance(11ms);
  CHECK(call(201)["error"]["code"] == 4900);
}

TEST_CASE("a page that goes on, be it with rubbish, is not read for a while",
          "[gateway]") {
  World w;
  for (int i = 0; i < http::MessageMeter::kRefusals.burst; ++i)
    w.session->on_message("{");
  CHECK(w.socket->paused == 0ms);
  w.session->on_message("{");
  CHECK(w.socket->paused == 100ms);
}
