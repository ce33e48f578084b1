// An owner whose record was removed while the system fails it: it stays the
// owner, and its record is back within a second of the last fault.
#include <algorithm>
#include <array>
#include <cstring>

#include "tests/faults/support/figure.h"
#include "tests/faults/support/operations.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace std::chrono_literals;
using berth::test::StoppedProcess;
using berth::test::SystemCall;
using berth::test::TempDir;
using registry::Standing;

namespace fs = std::filesystem;

namespace {

// The owner in its own process, with time that it moves itself.
struct Owner {
  explicit Owner(const fs::path& run)
      : files(run, io.get_executor(), timers),
        registration(files
                         .announce(test::sample_record("alice", 9001),
                                   [this](Standing standing, const Error&) {
                                     told = standing;
                                   })
                         .value()) {}

  // Goes on until the record is back, at most `limit`.
  Result<void> heal(std::chrono::seconds limit) {
    for (auto passed = 0s; passed <= limit; passed += 1s) {
      io.restart();
      io.poll();
      if (told == Standing::healed) return {};
      if (told == Standing::lost) return Error{Errc::failed, "gave up alice"};
      timers.advance(1s);
    }
    return Error{Errc::failed, "did not heal alice"};
  }

  boost::asio::io_context io{1};
  test::FakeTimers timers;
  std::optional<Standing> told;
  registry::FileRegistry files;
  std::unique_ptr<registry::Registration> registration;
};

std::function<StoppedProcess::Operation()> robbed_owner(
    const fs::path& run, std::chrono::seconds limit) {
  return [run, limit] {
    auto owner = std::make_shared<Owner>(run);
    fs::remove(run / "alice.json");
    return [owner, limit] { return owner->heal(limit); };
  };
}

// The event loop's own calls fail on no system that goes on at all.
bool may_fail(const SystemCall& call) {
  constexpr std::array kLoop{SYS_epoll_wait, SYS_epoll_pwait,     SYS_epoll_ctl,
                             SYS_read,       SYS_timerfd_settime, SYS_close};
  return std::find(kLoop.begin(), kLoop.end(), call.number) == kLoop.end();
}

// Whether alice is back after calls `first` to `last` failed.
bool heals(int error, int first, int last, std::chrono::seconds limit) {
  const TempDir home;
  StoppedProcess process(robbed_owner(home.path(), limit));
  const auto ended = process.run([&](const SystemCall& call) {
    const bool hit = call.index >= first && call.index <= last;
    return hit && may_fail(call) ? error : test::kGoOn;
  });
  CAPTURE(std::strerror(error), first, last, ended.result);
  CHECK(!ended.killed);
  CHECK(ended.result);
  const bool back = test::state_of_record(home.path()) == "alive 9001";
  CHECK(back);
  return back;
}

// How many calls it makes without a fault; 0 where none can be stopped at.
int calls_of_healing() {
  const TempDir home;
  StoppedProcess process(robbed_owner(home.path(), 0s));
  if (!process.allowed()) return 0;
  const auto ended = process.run([](const SystemCall&) { return test::kGoOn; });
  CHECK(ended.result);
  return ended.calls;
}

}  // namespace

TEST_CASE("an owner that is robbed heals whatever call fails", "[errno]") {
  const int calls = calls_of_healing();
  if (calls == 0) {
    WARN("skipped: no system call can be stopped here");
    return;
  }
  const auto stride = static_cast<std::size_t>(test::rounds(9, 1));
  int tries = 0;
  int healed = 0;
  for (int at = 1; at <= calls; ++at)
    for (auto e = static_cast<std::size_t>(at) % stride;
         e < test::kErrors.size(); e += stride, tries += 2) {
      // One that fails once costs a second; then an outage of forty calls.
      if (heals(test::kErrors[e], at, at, 1s)) ++healed;
      if (heals(test::kErrors[e], at, at + 39, 30s)) ++healed;
    }
  test::figure("a robbed owner whose system calls fail, one or forty in a row",
               "faults=" + std::to_string(tries) +
                   " healed=" + std::to_string(healed) +
                   " gave up=" + std::to_string(tries - healed));
}
