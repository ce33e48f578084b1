#include "launcher/gateway/page_channel.h"

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"
#include "tests/support/fake_instance.h"
#include "tests/support/io.h"
#include "tests/support/memory_registry.h"

using namespace berth;
using namespace berth::launcher;
using nlohmann::json;
using test::FakeInstance;

namespace {

// A page whose wallet is the instance "bob", if there is one. A request that
// the wallet does not know it never answers.
struct World {
  asio::io_context io;
  AsioTimers timers{io.get_executor()};
  test::MemoryRegistry registry{io.get_executor()};
  std::unique_ptr<FakeInstance> bob;
  Changes changes;
  std::vector<json> told;
  TaskGroup tasks{io.get_executor(), nullptr};
  std::shared_ptr<PageChannel> channel;

  World() {
    start_bob();
    ChannelOptions options;
    options.profile = "bob";
    options.origin = "https://app.example";
    options.find = [this](const std::string&) {
      return bob ? std::optional(bob->record()) : std::nullopt;
    };
    channel = std::make_shared<PageChannel>(
        std::move(options), timers, changes,
        [this](const std::string& method, const json& params) {
          told.push_back({method, params});
        });
    tasks.spawn(PageChannel::run(channel));
    wait_for("ready");
  }
  ~World() {
    channel->close();
    tasks.cancel();
    test::await(io, tasks.wait());
  }

  void start_bob() {
    bob = std::make_unique<FakeInstance>(io, registry, "bob");
    bob->on_message([](FakeInstance& self, const json& request) {
      const json known{{"eth_accounts", json::array({"0xa"})},
                       {"eth_chainId", "0x1"}};
      const std::string method = request["method"];
      if (known.contains(method))
        self.send(json{{"jsonrpc", "2.0"},
                       {"id", request["id"]},
                       {"result", known[method]}}
                      .dump());
    });
  }

  // Until the last that the page was told is this state.
  void wait_for(const std::string& state) {
    test::run_until(io, [&] {
      return !told.empty() && told.back()[0] == "berth_state" &&
             told.back()[1]["state"] == state;
    });
  }

  std::shared_ptr<test::Running<provider::RpcResult>> request(
      const std::string& method) {
    const auto messages = bob->messages().size();
    auto running = test::start(
        io, PageChannel::request(channel, method, json::array()));
    test::run_until(io, [&] { return bob->messages().size() > messages; });
    return running;
  }
};

}  // namespace

TEST_CASE("a page that goes takes its requests back from the wallet",
          "[gateway]") {
  World w;
  const auto waiting = w.request("personal_sign");
  CHECK_FALSE(w.bob->client_is_gone());
  w.channel->close();
  test::run_until(w.io, [&] { return w.bob->client_is_gone(); });
  CHECK(test::finish(w.io, waiting).error().code == 4900);
}

TEST_CASE("a wallet that is lost is told without its profile's name",
          "[gateway]") {
  World w;
  const auto waiting = w.request("personal_sign");
  w.bob->drop();
  const auto answer = test::finish(w.io, waiting);
  CHECK(answer.error().code == 4900);
  CHECK(answer.error().message == "the wallet has stopped");
  w.wait_for("gone");
  CHECK(w.told.back()[1]["message"] == "the wallet has stopped");
}

TEST_CASE("a wallet that announced its end is found again when it runs",
          "[gateway]") {
  World w;
  w.bob->send(json{{"jsonrpc", "2.0"},
                   {"method", "disconnect"},
                   {"params", {{"code", 4900}, {"message", "stopping"}}}}
                  .dump());
  test::run_until(w.io, [&] { return w.told.back()[0] == "disconnect"; });
  w.bob.reset();
  w.wait_for("gone");
  w.start_bob();
  w.changes.bump();
  w.wait_for("ready");
}
