#include "server/wallets/pending_requests.h"

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"
#include "tests/support/io.h"

using namespace berth;
using namespace berth::server;
using namespace std::chrono_literals;

TEST_CASE("what nobody waits for any more leaves the table", "[upstream]") {
  asio::io_context io;
  test::FakeTimers timers;
  PendingRequests pending(io.get_executor(), timers, "node");
  const auto entry = pending.add("eth_call", nlohmann::json::array(), 30s);
  const auto id = entry->id;
  asio::cancellation_signal gone;
  std::optional<RpcResult> result;
  asio::co_spawn(io, PendingRequests::wait(entry),
                 asio::bind_cancellation_slot(
                     gone.slot(), [&](std::exception_ptr, RpcResult answer) {
                       result = std::move(answer);
                     }));
  test::run_ready(io);
  REQUIRE(pending.find(id));
  gone.emit(asio::cancellation_type::terminal);
  test::run_ready(io);
  CHECK(result);
  CHECK_FALSE(pending.find(id));
}
