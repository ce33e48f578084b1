#include "server/http/listener.h"

#include <fcntl.h>

#include <utility>

#include "registry/base/log.h"

namespace berth::http {
namespace {

// A flood must not fill the log: refusals in between are in the counters.
constexpr std::chrono::seconds kLogInterval{1};

}  // namespace

Listener::Listener(asio::any_io_executor executor, Timers& timers,
                   const Limits& limits, Counters& counters, bool check_peers,
                   OnConnection on_connection)
    : timers_(timers),
      limits_(limits),
      counters_(counters),
      check_peers_(check_peers),
      on_connection_(std::move(on_connection)),
      acceptor_(executor),
      pause_over_(std::move(executor)) {}

Result<void> Listener::open(UniqueFd fd) {
  boost::system::error_code error;
  acceptor_.assign(asio::ip::tcp::v4(), fd.get(), error);
  if (error)
    return Error{Errc::failed, "take over the listener: " + error.message()};
  (void)fd.release();
  const auto endpoint = acceptor_.local_endpoint(error);
  if (error)
    return Error{Errc::failed, "find the listener's port: " + error.message()};
  port_ = endpoint.port();
  return {};
}

asio::awaitable<void> Listener::run() {
  while (acceptor_.is_open()) {
    auto [error, socket] = co_await acceptor_.async_accept(use_ec);
    if (!acceptor_.is_open()) co_return;
    if (!error) {
      admit(std::move(socket));
      continue;
    }
    ++counters_.accept_errors;
    log::warn("accept a connection: " + error.message());
    co_await pause();
  }
}

void Listener::stop() {
  boost::system::error_code ignored;  // it is closed whatever close() says
  acceptor_.close(ignored);
  pause_over_.set();
}

asio::awaitable<void> Listener::pause() {
  const Alarm alarm =
      timers_.after(limits_.accept_pause, [this] { pause_over_.set(); });
  co_await pause_over_.wait();
  pause_over_.reset();
}

void Listener::admit(asio::ip::tcp::socket socket) {
  ++counters_.accepted;
  ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);  // asio does not
  PeerCheck check{PeerVerdict::unknown, 0, 0, "peer check is off"};
  if (check_peers_) check = check_peer(socket.native_handle());
  if (check.verdict == PeerVerdict::foreign ||
      check.verdict == PeerVerdict::no_owner) {
    ++counters_.peers_refused;
    return log_refusal("connection refused: " + check.reason);
  }
  if (check.verdict == PeerVerdict::unknown) ++counters_.peers_unknown;
  boost::system::error_code error;
  const auto remote = socket.remote_endpoint(error);
  if (error) return;  // gone already
  // Small frames both ways: waiting for more would only delay them.
  socket.set_option(asio::ip::tcp::no_delay(true), error);
  on_connection_(std::move(socket), Peer{remote.port(), check.verdict});
}

void Listener::log_refusal(const std::string& reason) {
  if (timers_.now() < next_log_) return;
  next_log_ = timers_.now() + kLogInterval;
  log::warn(reason + " (" + std::to_string(counters_.peers_refused) +
            " refused so far)");
}

}  // namespace berth::http
