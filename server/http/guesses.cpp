#include "server/http/guesses.h"

#include "registry/base/log.h"

namespace berth::http {

Response Guesses::refuse(Response refusal) {
  const auto wait = limit_.take();
  if (!wait) return refusal;
  ++limited_;
  log();
  Response response = too_many_requests(*wait, "too many wrong secrets");
  response.last = true;
  return response;
}

void Guesses::log() {
  if (timers_.now() < next_log_) return;
  next_log_ = timers_.now() + kLogInterval;
  log::warn("wrong secrets are shown again and again: " +
            std::to_string(limited_) + " were answered 429 so far");
}

}  // namespace berth::http
