// The HTTP requests of one instance: who may make them and what they answer.
// The wire is described in README.md beside this file. One thread.
#pragma once

#include <chrono>
#include <functional>

#include "registry/base/timers.h"
#include "registry/registry.h"
#include "server/access/tokens.h"
#include "server/http/guesses.h"
#include "server/http/http_server.h"
#include "server/http/router.h"
#include "server/metrics.h"
#include "server/rpc_service.h"

namespace berth::server {

// What the endpoints work on; everything outlives the router.
struct EndpointContext {
  std::function<const registry::Record&()> record;
  std::function<const http::Counters&()> counters;
  std::function<void()> shut_down;  // returns at once
  Tokens& tokens;
  Changes& changes;  // of grants and approvals
  Grants& grants;
  Approvals& approvals;
  Gate& gate;
  Wallet& wallet;
  RpcService& service;
  Metrics& metrics;
  http::Guesses& guesses;  // of tokens
  Timers& timers;
  TaskGroup& tasks;
  Timers::Clock::time_point started;
  std::size_t max_pending;    // of one connection
  std::size_t max_of_origin;  // connections
};

[[nodiscard]] http::Router make_router(EndpointContext context);

}  // namespace berth::server
