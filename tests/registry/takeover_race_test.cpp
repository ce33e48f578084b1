// The moments that a takeover must survive: another process took the record
// over between the look that found it dead and the opening, or between that and
// the lock. The loser is stopped right there, so that nothing is left to luck.
#include <fcntl.h>

#include <functional>
#include <optional>

#include "registry/record_publisher.h"
#include "tests/registry/support/records.h"
#include "tests/support/catch.h"
#include "tests/support/system_calls.h"

using namespace berth;
using namespace berth::registry;
using namespace std::chrono_literals;
using berth::test::SystemCall;

namespace {

bool takes_a_lock(const SystemCall& call) {
  return call.number == SYS_fcntl && call.arguments[1] == F_OFD_SETLK;
}

bool opens_to_bury(const SystemCall& call) {
  return call.number == SYS_openat &&
         call.arguments[2] == (O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

// Somebody else publishes when the loser is at the call of number `turn`, from
// 1, that `is_it` tells.
void take_over_at(const std::function<bool(const SystemCall&)>& is_it,
                  int turn) {
  test::TempDir home;
  test::write_dead_record(home.path(), "alice");
  const auto publish = [&](std::chrono::milliseconds limit) {
    return PublishedFile::publish(home.path(), test::sample_record("alice"),
                                  limit);
  };
  test::StoppedProcess loser([&] {
    return [&]() -> Result<void> {
      auto file = publish(5s);
      if (!file) return file.error();
      return {};
    };
  });
  if (!loser.allowed()) {
    WARN("skipped: this system lets no test stop a system call");
    return;
  }
  std::optional<PublishedFile> winner;
  const auto ended = loser.run([&](const SystemCall& call) {
    if (is_it(call) && --turn == 0) winner = publish(100ms).value();
    return test::kGoOn;
  });
  REQUIRE(winner);
  REQUIRE(!ended.result);
  CHECK(ended.result.error().code == Errc::already_running);
  CHECK(winner->standing() == PublishedFile::Standing::good);
}

}  // namespace

TEST_CASE("a record that was taken over a moment ago is not taken over again",
          "[publisher]") {
  // Its own record's lock first, then, with the dead one open, the burial's.
  take_over_at(takes_a_lock, 2);
}

TEST_CASE("a record that has come to life meanwhile is not taken over",
          "[publisher]") {
  take_over_at(opens_to_bury, 1);
}
