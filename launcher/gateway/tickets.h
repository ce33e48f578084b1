// What lets a page open its channel: one ticket a channel. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "registry/base/timers.h"

namespace berth::launcher {

// For whom a channel is, decided by the user or by a grant that lives.
struct Ticket {
  std::string profile;  // name
  std::string origin;   // of the page that is spoken for
  // The browser's Origin at the handshake: the page's own, or the gateway's
  // where the picker's popup relays.
  std::string carrier;
};

class Tickets {
 public:
  // A page opens its channel as soon as it has the ticket.
  static constexpr std::chrono::seconds kLife{60};
  // More than all pages together ask for in a minute.
  static constexpr std::size_t kMost = 1024;
  // Of one origin, whose oldest goes for a new one: no page can use up what
  // others need.
  static constexpr std::size_t kMostOfOrigin = 64;

  // `timers` must outlive it.
  explicit Tickets(Timers& timers) : timers_(timers) {}

  // 32 random bytes, base64url; good once, for kLife. nullopt: kMost are out.
  [[nodiscard]] std::optional<std::string> issue(Ticket ticket);

  // Takes it, so that it never works again, whoever shows it. nullopt: there is
  // no such ticket (any more), or it is another carrier's.
  [[nodiscard]] std::optional<Ticket> take(const std::string& secret,
                                           std::string_view carrier);

 private:
  struct Issued {
    Ticket ticket;
    Timers::Clock::time_point end;
    std::uint64_t number;  // in the order they came
  };
  void drop_ended();
  void make_room_for(const std::string& origin);

  Timers& timers_;
  // Looked up by the secret itself: 256 bits do not leak through the time that
  // a search takes, and each is tried once.
  std::map<std::string, Issued> issued_;
  std::uint64_t count_ = 0;
};

}  // namespace berth::launcher
