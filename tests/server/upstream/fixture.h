// An upstream under test, the node it talks to, and time that stands still.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "server/wallets/make_upstream.h"
#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"
#include "tests/support/io.h"
#include "tests/support/json_rpc_upstream.h"
#include "tests/support/temp_directory.h"

namespace berth::test {

using nlohmann::json;
using server::RpcResult;
using server::UpstreamOptions;
using namespace std::chrono_literals;

struct UpstreamFixture {
  explicit UpstreamFixture(std::string s, UpstreamOptions o = {})
      : scheme(std::move(s)), options(std::move(o)) {
    if (scheme == "ipc")
      node = std::make_unique<JsonRpcUpstream>(io, directory.path + "/n.ipc");
    else
      node = std::make_unique<JsonRpcUpstream>(io);
  }
  ~UpstreamFixture() {
    if (upstream) await(io, upstream->stop());
  }

  void open() {
    auto made = server::make_upstream(node->url(scheme), io.get_executor(),
                                      timers, options);
    REQUIRE(made.has_value());
    upstream = std::move(*made);
    upstream->on_state([this](bool up) { states.push_back(up); });
    upstream->on_notification([this](const json& p) { notes.push_back(p); });
  }
  void connect() {
    open();
    run_until(io, [this] { return upstream->connected(); });
  }
  auto ask(std::string method, json params = json::array()) {
    return start(io, upstream->request(std::move(method), std::move(params)));
  }
  // Asks, and waits until the node has it.
  auto ask_arrived(const std::string& method) {
    const auto before = node->count(method);
    auto running = ask(method);
    run_until(io, [&] { return node->count(method) > before; });
    return running;
  }
  RpcResult get(std::string method, json params = json::array()) {
    return finish(io, ask(std::move(method), std::move(params)));
  }
  int code(const RpcResult& result) { return result ? 0 : result.error().code; }
  // Lets time pass until `reached`, at most `limit`; how much it was.
  template <class Reached>
  Timers::Clock::duration pass_until(Timers::Clock::duration limit,
                                     Timers::Clock::duration step,
                                     Reached reached) {
    const auto begin = timers.now();
    run_ready(io);
    while (!reached() && timers.now() - begin < limit) {
      timers.advance(step);
      run_ready(io);
    }
    REQUIRE(reached());
    return timers.now() - begin;
  }

  TempDirectory directory;
  asio::io_context io;
  FakeTimers timers;
  std::string scheme;
  UpstreamOptions options;
  std::unique_ptr<JsonRpcUpstream> node;
  std::unique_ptr<server::Upstream> upstream;
  std::vector<bool> states;
  std::vector<json> notes;
};

}  // namespace berth::test
