// One proven WebSocket: requests in, answers and events out. One thread.
#pragma once

#include <memory>
#include <string>

#include "registry/base/async.h"
#include "server/http/ws_connection.h"
#include "server/rpc_service.h"

namespace berth::server {

struct RpcSessionOptions {
  std::string hello;  // the first frame: the server's proof
  Caller caller;
  // Messages of this connection that are being answered; over it each new one
  // is told "limit exceeded", so that a client that never reads or never waits
  // cannot pile up work. What asks too often is told so too; who goes on is not
  // read for a while (http/message_meter.h).
  std::size_t max_pending = 128;
  // Bytes of them, for the same reason: four of the largest size.
  std::size_t max_pending_bytes = std::size_t{4} << 20;
};

// References must outlive it; its answers run in `tasks`.
[[nodiscard]] std::unique_ptr<http::WsHandler> make_rpc_session(
    RpcService& service, TaskGroup& tasks, RpcSessionOptions options);

}  // namespace berth::server
