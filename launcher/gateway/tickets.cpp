#include "launcher/gateway/tickets.h"

#include "registry/base/random.h"

namespace berth::launcher {

std::optional<std::string> Tickets::issue(Ticket ticket) {
  drop_ended();
  if (issued_.size() >= kMost) return std::nullopt;
  auto secret = random_token();
  issued_[secret] = {std::move(ticket), timers_.now() + kLife};
  return secret;
}

std::optional<Ticket> Tickets::take(const std::string& secret,
                                    std::string_view carrier) {
  drop_ended();
  auto found = issued_.extract(secret);
  if (!found || found.mapped().ticket.carrier != carrier) return std::nullopt;
  return std::move(found.mapped().ticket);
}

void Tickets::drop_ended() {
  std::erase_if(issued_, [now = timers_.now()](const auto& item) {
    return item.second.end <= now;
  });
}

}  // namespace berth::launcher
