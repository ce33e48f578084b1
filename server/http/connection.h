// What an application sees of one kept-alive connection.
#pragma once

#include <any>
#include <cstdint>
#include <utility>

#include "registry/base/peer_check.h"
#include "server/http/admission.h"

namespace berth::http {

// The far side, at 127.0.0.1. `unknown`: the kernel could not tell, or nobody
// asked (peer check off).
struct Peer {
  std::uint16_t port = 0;
  PeerVerdict verdict = PeerVerdict::unknown;
};

class Connection {
 public:
  explicit Connection(Peer peer, Admission::Ticket ticket = {})
      : peer_(peer), ticket_(std::move(ticket)) {}

  [[nodiscard]] const Peer& peer() const { return peer_; }

  // The application has found who this is: the time limit for strangers ends.
  // False: too many proven connections; answer 503.
  [[nodiscard]] bool set_proven() { return ticket_.prove(); }
  [[nodiscard]] bool proven() const { return ticket_.proven(); }

  // The application's own, kept from request to request.
  std::any state;

 private:
  Peer peer_;
  Admission::Ticket ticket_;
};

}  // namespace berth::http
