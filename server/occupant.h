// What berth-instance runs for a profile: a wallet that it serves itself
// (instance.h), or a program of the user's beside it (command/companion.h). One
// thread.
#pragma once

#include <functional>

#include "registry/base/async.h"
#include "registry/base/result.h"
#include "registry/record.h"
#include "server/port_binder.h"

namespace berth::server {

// Asks that the program end: stop() is to be called. `error` is empty where
// that was asked for, else says why it cannot go on.
using OnEnd = std::function<void(const Error& error)>;

class Occupant {
 public:
  virtual ~Occupant() = default;

  // Completes when it serves at the port and is published: nobody learns of a
  // port that does not answer. Gives the record.
  virtual asio::awaitable<Result<registry::Record>> start(BoundPort port) = 0;

  // The mDNS record, as Presence::publish_mdns(). After start().
  virtual void publish_mdns() = 0;

  // Ends it, then withdraws its records. Also after a failed start(). Completes
  // when nothing runs any more.
  virtual asio::awaitable<void> stop() = 0;

  // Takes the records out and nothing else: for an exit at once.
  virtual void withdraw() = 0;
};

}  // namespace berth::server
