// What stands behind the opaque handles that hold data only.
#pragma once

#include <memory>
#include <vector>

#include "registry/c/berth.h"
#include "registry/c/session.h"
#include "registry/entry.h"

struct berth_record {
  // A record that is to be published always has its `record`.
  berth::registry::Entry entry;
};

struct berth_records {
  std::vector<berth_record> all;
};

struct berth_registry {
  // Shared with publications and watches, which may outlive it.
  std::shared_ptr<berth::c::Session> session;
};

namespace berth::c {

// BERTH_INVALID: it is NULL, or nothing but its name could be read.
[[nodiscard]] Outcome<registry::Record*> data_of(berth_record* record);

}  // namespace berth::c
