#include "launcher/supervisor/restart_policy.h"

#include <algorithm>

namespace berth::launcher {
namespace {

using namespace std::chrono_literals;
using registry::ProfileState;
using Clock = ProfileState::Clock;
using Starts = std::vector<Clock::time_point>;

bool is_wanted(Presence presence, RestartPolicy policy,
               const ProfileState& state, bool due) {
  if (presence == Presence::busy || presence == Presence::claimed ||
      !state.failed_reason.empty())
    return false;
  if (due) return !is_stopped_by_user(state);
  if (state.want != ProfileState::Want::running) return false;
  switch (policy) {
    case RestartPolicy::no:
      return false;
    case RestartPolicy::on_failure:
      return presence == Presence::crashed;
    case RestartPolicy::always:
      return true;
  }
  return false;
}

// Starts in a row that did not last, the newest being over by `now`. When a
// run ended is written nowhere: it lasted until the next start, less the
// backoff before that.
std::size_t failures_in_a_row(const Starts& starts, Clock::time_point now) {
  std::size_t failures = 0;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const bool newest = i + 1 == starts.size();
    const auto waited = newest ? 0ms : backoff(failures + 1);
    const auto lasted = (newest ? now : starts[i + 1]) - starts[i] - waited;
    failures = lasted >= kGoodLife ? 0 : failures + 1;
  }
  return failures;
}

}  // namespace

std::chrono::milliseconds backoff(std::size_t failures) {
  auto delay = kFirstBackoff;
  while (failures-- > 1 && delay < kLastBackoff) delay *= 2;
  return std::min(delay, kLastBackoff);
}

Decision decide(Presence presence, RestartPolicy policy,
                const ProfileState& state, bool due, Clock::time_point now) {
  if (!is_wanted(presence, policy, state, due)) return {};
  if (due) return {Decision::Act::start, 0ms};
  const auto& starts = state.recent_starts;
  const auto delay = backoff(failures_in_a_row(starts, now));
  const auto recent = std::count_if(
      starts.begin(), starts.end(), [next = now + delay](const auto& start) {
        return start <= next && next - start < kStartWindow;
      });
  if (static_cast<std::size_t>(recent) >= kMaxStarts)
    return {Decision::Act::give_up, 0ms};
  return {Decision::Act::start, delay};
}

}  // namespace berth::launcher
