// What is done to one profile at the extension's wish. One thread.
#pragma once

#include <nlohmann/json.hpp>

#include "provider/client/directory.h"
#include "provider/native_host/message.h"
#include "registry/base/async.h"
#include "registry/paths.h"

namespace berth::native_host {

// What they need; all of it must outlive them.
struct ActContext {
  Timers& timers;
  TaskGroup& tasks;  // for programs that go on
  provider::Directory& directory;
  const Paths& paths;
};

// Each gives the members of its answer, and takes its message.
asio::awaitable<Answer> grant(ActContext context, nlohmann::json message);
asio::awaitable<Answer> revoke(ActContext context, nlohmann::json message);
asio::awaitable<Answer> decide(ActContext context, nlohmann::json message);
asio::awaitable<Answer> hello(ActContext context, nlohmann::json message);
// `berth start`, `berth stop`.
asio::awaitable<Answer> start(ActContext context, nlohmann::json message);
asio::awaitable<Answer> stop(ActContext context, nlohmann::json message);

}  // namespace berth::native_host
