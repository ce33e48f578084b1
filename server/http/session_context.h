// What every session of one host shares. All of it outlives the sessions.
#pragma once

#include "registry/base/timers.h"
#include "server/http/counters.h"
#include "server/http/limits.h"
#include "server/http/policy.h"
#include "server/http/router.h"

namespace berth::http {

struct SessionContext {
  Timers& timers;
  const Router& router;
  const Limits& limits;
  const Policy& policy;
  Counters& counters;
};

}  // namespace berth::http
