#include "launcher/gateway/sign_in.h"

#include <algorithm>

#include "registry/base/random.h"
#include "registry/proof/hash.h"

namespace berth::launcher {
namespace {

bool same(std::string_view a, std::string_view b) {
  return equal_in_constant_time(bytes_of(a), bytes_of(b));
}

}  // namespace

std::string SignIn::make_code() {
  if (codes_.size() >= kMostCodes) codes_.pop_front();
  codes_.push_back({random_token(), timers_.now() + kCodeLife});
  return codes_.back().text;
}

std::optional<std::string> SignIn::exchange(std::string_view code) {
  codes_.remove_if(
      [now = timers_.now()](const Code& c) { return c.end <= now; });
  const auto found = std::ranges::find_if(
      codes_, [&](const Code& c) { return same(c.text, code); });
  if (found == codes_.end()) return std::nullopt;
  codes_.erase(found);
  if (sessions_.size() >= kMostSessions) sessions_.pop_front();
  sessions_.push_back(random_token());
  return sessions_.back();
}

bool SignIn::is_session(std::string_view session) const {
  return std::ranges::any_of(
      sessions_, [&](const std::string& s) { return same(s, session); });
}

void SignIn::end(std::string_view session) {
  sessions_.remove_if([&](const std::string& s) { return same(s, session); });
}

}  // namespace berth::launcher
