#include "launcher/gateway/verbs.h"

#include "tests/support/catch.h"
#include "tests/support/io.h"

using namespace berth;
using namespace berth::launcher;

namespace {

asio::awaitable<void> runs_on() {
  const auto executor = co_await asio::this_coro::executor;
  Event never(executor);
  co_await never.wait();
}

}  // namespace

TEST_CASE("so many programs run at once for the pages", "[gateway]") {
  asio::io_context io;
  TaskGroup programs(io.get_executor(), nullptr);
  while (programs.size() < kMostPrograms) programs.spawn(runs_on());
  test::run_ready(io);
  const auto one_more = test::await(io, run_verb(programs, Verb::start, "bob"));
  REQUIRE_FALSE(one_more);
  CHECK(one_more.error().code == Errc::unavailable);
  asio::post(io, [&] { programs.cancel(); });
  test::run_until(io, [&] { return programs.size() == 0; });
}
