#include "server/http/admission.h"

#include <utility>

namespace berth::http {

Admission::Ticket Admission::admit(Drop drop_connection) {
  if (unproven_.size() >= limits_.unproven) drop(unproven_.begin());
  const auto place = unproven_.insert(unproven_.end(),
                                      {std::move(drop_connection), {}, false});
  place->alarm =
      timers_.after(limits_.unproven_time, [this, place] { drop(place); });
  return {this, place};
}

void Admission::drop(Place place) {
  ++counters_.dropped;
  // Out of the count first: the connection may take a while to end.
  dropped_.splice(dropped_.end(), unproven_, place);
  place->dropped = true;
  place->alarm.cancel();
  const Drop end_connection = place->drop;
  end_connection();
}

Admission::Ticket::Ticket(Ticket&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)),
      place_(other.place_),
      proven_(other.proven_) {}

Admission::Ticket::~Ticket() {
  if (!admission_) return;
  if (proven_)
    --admission_->proven_;
  else
    (place_->dropped ? admission_->dropped_ : admission_->unproven_)
        .erase(place_);
}

bool Admission::Ticket::prove() {
  if (!admission_ || proven_) return proven_ = true;
  if (place_->dropped || admission_->proven_ >= admission_->limits_.proven)
    return false;
  ++admission_->proven_;
  admission_->unproven_.erase(place_);
  return proven_ = true;
}

}  // namespace berth::http
