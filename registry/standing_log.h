// What happens to a published record, for the log. One thread.
#pragma once

#include "registry/base/log.h"
#include "registry/registry.h"

namespace berth::registry {

// False: it is lost for good, and the caller is to end.
[[nodiscard]] inline bool log_standing(Standing standing, const Error& error) {
  switch (standing) {
    case Standing::healed:
      log::warn("published again: " + error.message);
      return true;
    case Standing::failing:
      log::error("cannot publish again yet: " + error.message);
      return true;
    case Standing::lost:
      return false;
  }
  return false;
}

}  // namespace berth::registry
