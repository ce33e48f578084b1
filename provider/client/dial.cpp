#include "provider/client/dial.h"

#include <boost/asio/ip/address_v4.hpp>

#include "registry/base/peer_check.h"

namespace berth::provider {
namespace {

using asio::ip::tcp;

constexpr const char* kHost = "127.0.0.1";

Error foreign(const std::string& subject, const PeerCheck& peer) {
  return {Errc::untrusted,
          "another user's program (uid " + std::to_string(peer.uid) +
              ") listens there, nothing was sent: " + subject,
          "its port was taken over; restart the instance, see berth doctor"};
}

Error not_there(const registry::Record& record,
                const boost::system::error_code& error) {
  return {Errc::unavailable,
          "does not answer, " + error.message() + ": " + subject_of(record),
          "see berth list; if it still runs: berth restart " + record.name};
}

}  // namespace

std::string subject_of(const registry::Record& record) {
  return record.name + " (" + record.endpoint.host + ":" +
         std::to_string(record.endpoint.port) + ")";
}

Error closed_by_peer(const boost::system::error_code& error,
                     const registry::Record& record) {
  return {
      Errc::unavailable,
      "the connection failed, " + error.message() + ": " + subject_of(record),
      "see berth list; if it still runs: berth restart " + record.name};
}

Error too_late(const registry::Record& record) {
  return {Errc::timed_out, "did not answer in time: " + subject_of(record),
          "see berth logs " + record.name + "; berth restart " + record.name};
}

Result<void> check_endpoint(const registry::Record& record, bool check_peer) {
  // Another loopback address can be another program's with the same port.
  if (record.endpoint.host != kHost)
    return Error{
        Errc::untrusted,
        "not at 127.0.0.1, which is all that is dialled: " + subject_of(record),
        "publish the record with the host 127.0.0.1"};
  const auto listener =
      check_peer ? check_listener(record.endpoint.port) : PeerCheck{};
  if (listener.verdict == PeerVerdict::foreign)
    return foreign(subject_of(record), listener);
  return {};
}

asio::awaitable<Result<tcp::socket>> dial(registry::Record record,
                                          bool check_peer) {
  // Before connecting: what is not accepted yet shows no owner.
  if (auto ok = check_endpoint(record, check_peer); !ok) co_return ok.error();
  const auto executor = co_await asio::this_coro::executor;
  tcp::socket socket(executor);
  const tcp::endpoint endpoint(asio::ip::make_address_v4(kHost),
                               record.endpoint.port);
  const auto [error] = co_await socket.async_connect(endpoint, use_ec);
  if (error) co_return not_there(record, error);
  socket.set_option(tcp::no_delay(true));
  // Not accepted yet, or a kernel that does not answer: the proof decides, and
  // confirm_peer() after it.
  const auto peer =
      check_peer ? berth::check_peer(socket.native_handle()) : PeerCheck{};
  if (peer.verdict == PeerVerdict::foreign)
    co_return foreign(subject_of(record), peer);
  co_return std::move(socket);
}

Result<void> confirm_peer(tcp::socket& socket, const std::string& subject) {
  const auto peer = check_peer(socket.native_handle());
  switch (peer.verdict) {
    case PeerVerdict::own:
    case PeerVerdict::unknown:  // no sock_diag here: the proof has to do
      return {};
    case PeerVerdict::foreign:
      return foreign(subject, peer);
    case PeerVerdict::no_owner:
      break;
  }
  return Error{Errc::unavailable, "closed the connection: " + subject,
               "see berth list"};
}

}  // namespace berth::provider
