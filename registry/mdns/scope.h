// Where a service may be seen. This machine is the only place there is: no
// value of this type means "any interface" or a network, so no backend can be
// handed one.
#pragma once

#include <cstdint>

#include "registry/base/result.h"

namespace berth::mdns {

class Scope {
 public:
  // Errc::unavailable: the machine has no loopback interface that is up.
  [[nodiscard]] static Result<Scope> this_machine();

  // Index of the loopback interface (if_nametoindex(3)); never 0, which would
  // mean every interface to Avahi and Bonjour.
  [[nodiscard]] std::uint32_t interface_index() const { return index_; }

 private:
  explicit Scope(std::uint32_t index) : index_(index) {}
  std::uint32_t index_;
};

}  // namespace berth::mdns
