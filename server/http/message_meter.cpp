#include "server/http/message_meter.h"

#include <algorithm>
#include <utility>

namespace berth::http {
namespace {

double cost_of(std::size_t bytes) {
  return 1 + static_cast<double>(bytes / MessageMeter::kBytes);
}

}  // namespace

MessageMeter::MessageMeter(Timers& timers, std::vector<Rate> own,
                           RateLimit* shared, std::string origin)
    : own_(timers, std::move(own)),
      refusals_(timers, {kRefusals}),
      shared_(shared),
      origin_(std::move(origin)) {}

// Its own first: a connection that is over its limit takes nothing from the
// others of its origin.
MessageMeter::Wait MessageMeter::take(double cost) {
  if (const auto wait = own_.take(cost)) return wait;
  return shared_ ? shared_->take(origin_, cost) : std::nullopt;
}

MessageMeter::Wait MessageMeter::take_message(std::size_t bytes) {
  return take(cost_of(bytes));
}

MessageMeter::Wait MessageMeter::take_refusal(std::size_t bytes) {
  const auto wait = refusals_.take(cost_of(bytes));
  if (!wait) return std::nullopt;
  return std::min(*wait, kMaxPause);
}

}  // namespace berth::http
