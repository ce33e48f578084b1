// The manager's face: the loopback HTTP host of berthd. One thread.
#pragma once

#include "registry/record.h"
#include "server/http/http_server.h"

namespace berth::launcher {

struct GatewayOptions {
  // The port that is asked for, and whose successors are tried where a stranger
  // has it.
  std::uint16_t port = 18765;
  bool check_peers = true;
  // Listens already, held by a service manager; then `port` is not looked at.
  UniqueFd listener;
};

class Gateway {
 public:
  // `timers` must outlive it. `record`: who answers here; its endpoint is set
  // by start(). Destroy it only before start() or when stop() has completed.
  Gateway(asio::any_io_executor executor, Timers& timers,
          registry::Record record, GatewayOptions options);

  // Errc::no_port: neither the port nor one of the next kTries is free.
  [[nodiscard]] Result<void> start();
  static constexpr int kTries = 20;

  asio::awaitable<void> stop();

  [[nodiscard]] const registry::Record& record() const { return record_; }

 private:
  [[nodiscard]] http::Router make_router() const;

  registry::Record record_;
  GatewayOptions options_;
  http::HttpServer http_;
};

}  // namespace berth::launcher
