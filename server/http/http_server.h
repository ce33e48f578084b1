// The loopback HTTP and WebSocket host: everything of this folder together.
// It knows nothing of what is served. One thread.
#pragma once

#include <set>

#include "registry/base/async.h"
#include "registry/base/result.h"
#include "registry/base/unique_fd.h"
#include "server/http/admission.h"
#include "server/http/counters.h"
#include "server/http/limits.h"
#include "server/http/listener.h"
#include "server/http/policy.h"
#include "server/http/router.h"

namespace berth::http {

class HttpSession;

struct ServerOptions {
  Limits limits;
  Policy policy;  // its port is set from the listener
  bool check_peers = true;
};

class HttpServer {
 public:
  // `timers` must outlive it. Destroy it only before start() or when stop()
  // has completed.
  HttpServer(asio::any_io_executor executor, Timers& timers, Router router,
             ServerOptions options);
  ~HttpServer();

  // Serves on `listener`, a socket bound to 127.0.0.1 that listens.
  [[nodiscard]] Result<void> start(UniqueFd listener);

  // Closes the listener, lets every connection finish what it does (a
  // WebSocket: 1001) for up to `grace`, then cuts what is left. Completes when
  // nothing runs any more, so every handler must end when it is cancelled.
  asio::awaitable<void> stop(Timers::Clock::duration grace);

  // One more name that Host may give; takes effect with the next request.
  void set_extra_host(std::string name);

  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] const Admission& admission() const { return admission_; }

 private:
  void connected(asio::ip::tcp::socket socket, Peer peer);
  asio::awaitable<void> serve(std::shared_ptr<HttpSession> session);
  asio::awaitable<bool> all_ended();

  Timers& timers_;
  const Router router_;
  ServerOptions options_;
  Counters counters_;
  Admission admission_;
  Listener listener_;
  std::set<HttpSession*> sessions_;
  bool stopping_ = false;
  TaskGroup tasks_;
};

}  // namespace berth::http
