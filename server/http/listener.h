// Accepts connections of this user's own programs, whatever happens.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>

#include "registry/base/async.h"
#include "registry/base/result.h"
#include "registry/base/unique_fd.h"
#include "server/http/connection.h"

namespace berth::http {

class Listener {
 public:
  using OnConnection = std::function<void(asio::ip::tcp::socket, Peer)>;

  // All references must outlive it. `check_peers` off: every peer is let in,
  // as `unknown`.
  Listener(asio::any_io_executor executor, Timers& timers, const Limits& limits,
           Counters& counters, bool check_peers, OnConnection on_connection);

  // `fd` is bound to IPv4 and listens. Errc::failed: it is no such socket.
  [[nodiscard]] Result<void> open(UniqueFd fd);
  // 0 before open().
  [[nodiscard]] std::uint16_t port() const { return port_; }

  // Accepts until stop().
  asio::awaitable<void> run();
  void stop();

 private:
  void admit(asio::ip::tcp::socket socket);
  void log_refusal(const std::string& reason);
  asio::awaitable<void> pause();

  Timers& timers_;
  const Limits& limits_;
  Counters& counters_;
  bool check_peers_;
  OnConnection on_connection_;
  asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  Event pause_over_;
  Timers::Clock::time_point next_log_{};
};

}  // namespace berth::http
