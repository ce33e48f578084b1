// The part of a record that is the same for whoever publishes it. Any thread.
#pragma once

#include "registry/record.h"

namespace berth::registry {

// For `name`, of this process, now: with a new id and a new token, at level 1
// and without a port. The rest is the publisher's.
[[nodiscard]] Record own_record(const std::string& name);

}  // namespace berth::registry
