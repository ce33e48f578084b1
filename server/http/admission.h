// How many connections there may be. One thread.
#pragma once

#include <cstddef>
#include <functional>
#include <list>

#include "registry/base/timers.h"
#include "server/http/counters.h"
#include "server/http/limits.h"

namespace berth::http {

// Must outlive its tickets.
class Admission {
 public:
  class Ticket;
  // Ends the connection. May release the ticket at once or later.
  using Drop = std::function<void()>;

  // All three must outlive it.
  Admission(Timers& timers, const Limits& limits, Counters& counters)
      : timers_(timers), limits_(limits), counters_(counters) {}
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // Admits one more unproven connection, for limits.unproven_time. Over the
  // limit the oldest one is dropped for it.
  [[nodiscard]] Ticket admit(Drop drop);

  [[nodiscard]] std::size_t unproven() const { return unproven_.size(); }
  [[nodiscard]] std::size_t proven() const { return proven_; }

 private:
  struct Entry {
    Drop drop;
    Alarm alarm;
    bool dropped = false;
  };
  using Place = std::list<Entry>::iterator;

  void drop(Place place);

  Timers& timers_;
  const Limits& limits_;
  Counters& counters_;
  std::list<Entry> unproven_;  // oldest first
  std::list<Entry> dropped_;   // told to end, their tickets not released yet
  std::size_t proven_ = 0;
};

// One connection's place, given back at destruction. A default one belongs to
// no admission and is always provable.
class Admission::Ticket {
 public:
  Ticket() = default;
  Ticket(Ticket&& other) noexcept;
  Ticket& operator=(Ticket&&) = delete;
  ~Ticket();

  // Ends the time limit. False: there are as many proven as may be, and the
  // connection stays what it is. True again for one that is proven already.
  [[nodiscard]] bool prove();
  [[nodiscard]] bool proven() const { return proven_; }

 private:
  friend class Admission;
  Ticket(Admission* admission, Place place)
      : admission_(admission), place_(place) {}

  Admission* admission_ = nullptr;
  Place place_;
  bool proven_ = false;
};

}  // namespace berth::http
