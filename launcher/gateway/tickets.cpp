#include "launcher/gateway/tickets.h"

#include "registry/base/random.h"

namespace berth::launcher {

std::optional<std::string> Tickets::issue(Ticket ticket) {
  drop_ended();
  make_room_for(ticket.origin);
  if (issued_.size() >= kMost) return std::nullopt;
  auto secret = random_token();
  issued_[secret] = {std::move(ticket), timers_.now() + kLife, ++count_};
  return secret;
}

std::optional<Ticket> Tickets::take(const std::string& secret,
                                    std::string_view carrier) {
  drop_ended();
  auto found = issued_.extract(secret);
  if (!found || found.mapped().ticket.carrier != carrier) return std::nullopt;
  return std::move(found.mapped().ticket);
}

void Tickets::make_room_for(const std::string& origin) {
  std::size_t count = 0;
  auto oldest = issued_.end();
  for (auto it = issued_.begin(); it != issued_.end(); ++it) {
    if (it->second.ticket.origin != origin) continue;
    ++count;
    if (oldest == issued_.end() || it->second.number < oldest->second.number)
      oldest = it;
  }
  if (count >= kMostOfOrigin) issued_.erase(oldest);
}

void Tickets::drop_ended() {
  std::erase_if(issued_, [now = timers_.now()](const auto& item) {
    return item.second.end <= now;
  });
}

}  // namespace berth::launcher
