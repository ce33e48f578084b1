// What the gateway's requests work on. One thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "launcher/gateway/own_host.h"
#include "launcher/gateway/sign_in.h"
#include "launcher/gateway/tickets.h"
#include "provider/client/access_watch.h"
#include "provider/client/http.h"
#include "registry/base/changes.h"
#include "registry/paths.h"
#include "registry/record.h"
#include "server/http/guesses.h"
#include "server/http/rate_limit.h"

namespace berth::launcher {

// All of it outlives the router and its requests.
struct GatewayContext {
  const Paths& paths;
  Timers& timers;
  const registry::Record& self;  // berthd's own
  const OwnHost& own_host;
  Tickets& tickets;
  SignIn& sign_in;
  http::Guesses& guesses;     // of sessions, codes and berthd's token
  http::RateLimit& requests;  // that pages make, by origin
  provider::AccessWatch& access;
  Changes& changes;  // of anything that a page shows
  TaskGroup& programs;  // that run, also when their request has gone
  // What lives and has published itself, by name.
  const std::map<std::string, registry::Record>& running;
  // Why one that runs is not well, by name.
  const std::map<std::string, std::string>& reasons;
  bool check_peers;
};

// One request to an instance, proven and with its token.
[[nodiscard]] inline asio::awaitable<Result<provider::HttpAnswer>>
ask_instance(const GatewayContext& context, registry::Record record,
             std::string verb, std::string target, std::string body) {
  provider::HttpRequest request;
  request.record = std::move(record);
  request.verb = std::move(verb);
  request.target = std::move(target);
  request.body = std::move(body);
  request.check_peer = context.check_peers;
  return provider::call(std::move(request), context.timers, provider::kCallLimit);
}

}  // namespace berth::launcher
