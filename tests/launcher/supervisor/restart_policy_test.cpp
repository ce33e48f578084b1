// The restart policy as a pure function.
#include "launcher/supervisor/restart_policy.h"

#include "tests/support/catch.h"

using namespace berth;
using namespace berth::launcher;
using namespace std::chrono_literals;
using registry::ProfileState;
using Act = Decision::Act;
using Clock = ProfileState::Clock;
using Want = ProfileState::Want;

namespace Catch {
template <>
struct StringMaker<Decision> {
  static std::string convert(const Decision& decision) {
    const char* const acts[] = {"nothing", "start", "give up"};
    return std::string(acts[static_cast<int>(decision.act)]) + " in " +
           std::to_string(decision.delay.count()) + " ms";
  }
};
}  // namespace Catch

namespace {

constexpr Clock::time_point kNow(1h);

ProfileState wanted(std::vector<Clock::duration> starts_ago = {1h}) {
  ProfileState state;
  state.want = Want::running;
  state.this_boot = true;
  for (const auto ago : starts_ago) state.recent_starts.push_back(kNow - ago);
  return state;
}

Decision on_crash(const ProfileState& state) {
  return decide(Presence::crashed, RestartPolicy::on_failure, state, false,
                kNow);
}

}  // namespace

TEST_CASE("each policy starts what it says, and nothing else", "[policy]") {
  struct Row {
    Presence presence;
    RestartPolicy policy;
    Want want;
    Act act;
  };
  const auto row = GENERATE(values<Row>({
      {Presence::crashed, RestartPolicy::no, Want::running, Act::nothing},
      {Presence::crashed, RestartPolicy::on_failure, Want::running, Act::start},
      {Presence::crashed, RestartPolicy::always, Want::running, Act::start},
      {Presence::gone, RestartPolicy::no, Want::running, Act::nothing},
      {Presence::gone, RestartPolicy::on_failure, Want::running, Act::nothing},
      {Presence::gone, RestartPolicy::always, Want::running, Act::start},
      {Presence::busy, RestartPolicy::always, Want::running, Act::nothing},
      {Presence::crashed, RestartPolicy::always, Want::stopped, Act::nothing},
      {Presence::gone, RestartPolicy::always, Want::stopped, Act::nothing},
      {Presence::crashed, RestartPolicy::always, Want::unknown, Act::nothing},
  }));
  ProfileState state = wanted();
  state.want = row.want;
  CAPTURE(static_cast<int>(row.presence), static_cast<int>(row.policy),
          static_cast<int>(row.want));
  CHECK(decide(row.presence, row.policy, state, false, kNow).act == row.act);
}

TEST_CASE("what has failed is left alone, whatever the policy", "[policy]") {
  ProfileState state = wanted();
  state.failed_reason = "5 starts in 10 s";
  CHECK(on_crash(state) == Decision{});
  CHECK(decide(Presence::gone, RestartPolicy::always, state, true, kNow) ==
        Decision{});
}

TEST_CASE(
    "autostart starts at once, but not what the user stopped in this boot",
    "[policy]") {
  ProfileState state;
  const auto due = [&](Presence presence) {
    return decide(presence, RestartPolicy::no, state, true, kNow);
  };
  CHECK(due(Presence::gone) == Decision{Act::start, 0ms});
  CHECK(due(Presence::crashed) == Decision{Act::start, 0ms});
  CHECK(due(Presence::busy) == Decision{});
  state.want = Want::stopped;
  CHECK(due(Presence::gone) == Decision{Act::start, 0ms});
  state.this_boot = true;
  CHECK(due(Presence::gone) == Decision{});
}

TEST_CASE("the backoff doubles from 100 ms to 30 s", "[policy]") {
  CHECK(backoff(1) == 100ms);
  CHECK(backoff(2) == 200ms);
  CHECK(backoff(9) == 25'600ms);
  CHECK(backoff(10) == 30s);
  CHECK(backoff(1'000) == 30s);
  // Lives of 3 s, of 2.8 s and, now, of 2 s.
  CHECK(on_crash(wanted({8s, 4900ms, 1900ms})) == Decision{Act::start, 400ms});
}

TEST_CASE("60 s of good life begin the backoff anew", "[policy]") {
  CHECK(on_crash(wanted({61s})) == Decision{Act::start, 100ms});
  CHECK(on_crash(wanted({59s})) == Decision{Act::start, 100ms});
  CHECK(on_crash(wanted({80s, 59s})) == Decision{Act::start, 200ms});
  // The first lasted 20.9 s, the second 58.9 s: the backoff is no life.
  CHECK(on_crash(wanted({80s, 59s, 0ms})) == Decision{Act::start, 400ms});
  CHECK(on_crash(wanted({80s, 60'300ms, 0ms})) == Decision{Act::start, 100ms});
}

TEST_CASE("a sixth start within 10 s is not made", "[policy]") {
  // The sixth would come 1.6 s from now.
  CHECK(on_crash(wanted({8300ms, 4s, 3s, 2s, 1s})).act == Act::give_up);
  CHECK(on_crash(wanted({8400ms, 4s, 3s, 2s, 1s})).act == Act::start);
  CHECK(on_crash(wanted({4s, 3s, 2s, 1s})).act == Act::start);
}

TEST_CASE("starts that lie ahead of now are no reason to give up", "[policy]") {
  CHECK(on_crash(wanted({-1h, -2h, -3h, -4h, -5h, -6h})).act == Act::start);
}
