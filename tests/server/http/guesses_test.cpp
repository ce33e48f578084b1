#include "server/http/guesses.h"

#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"

using namespace berth::http;
using namespace std::chrono_literals;

TEST_CASE(
    "row 16: five wrong secrets a second, then 429 and the end of the "
    "connection",
    "[rate]") {
  berth::test::FakeTimers timers;
  Guesses guesses(timers);
  const auto refuse = [&] { return guesses.refuse(error_response(401, "")); };
  for (int i = 0; i < 5; ++i) {
    const auto answer = refuse();
    CHECK(answer.status == 401);
    CHECK_FALSE(answer.last);
  }
  const auto refused = refuse();
  CHECK(refused.status == 429);
  CHECK(refused.last);
  CHECK(refused.body ==
        R"({"error":"too many wrong secrets","retry_after_ms":200})");
  REQUIRE(refused.headers.size() == 1);
  CHECK(refused.headers[0].name == "Retry-After");
  CHECK(refused.headers[0].value == "1");
  CHECK(guesses.limited() == 1);
  timers.advance(201ms);
  CHECK(refuse().status == 401);
  CHECK(refuse().status == 429);
}
