// TCP to the endpoint of a record, and the kernel's word on whose program is
// there. Internal to the client.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "registry/base/async.h"
#include "registry/base/result.h"
#include "registry/record.h"

namespace berth::provider {

// Whether `record`'s endpoint may be spoken to: Errc::untrusted where it is not
// at 127.0.0.1, or another user's program listens there (`check_peer`).
[[nodiscard]] Result<void> check_endpoint(const registry::Record& record,
                                          bool check_peer);

// Connects to 127.0.0.1 and the record's port; `check_peer`: refuses another
// user's program before anything is sent (Errc::untrusted). Errc::unavailable:
// nobody listens there.
[[nodiscard]] asio::awaitable<Result<asio::ip::tcp::socket>> dial(
    registry::Record record, bool check_peer);

// Asks the kernel once more, when the other side has answered and so must have
// accepted: Errc::untrusted or Errc::unavailable where it is not our user's.
[[nodiscard]] Result<void> confirm_peer(asio::ip::tcp::socket& socket,
                                        const std::string& subject);

// "NAME (127.0.0.1:8766)", the subject of this room's error messages.
[[nodiscard]] std::string subject_of(const registry::Record& record);

// Errc::unavailable: the other side was there and went away.
[[nodiscard]] Error closed_by_peer(const boost::system::error_code& error,
                                   const registry::Record& record);
// Errc::timed_out.
[[nodiscard]] Error too_late(const registry::Record& record);

// The result of `attempt`, which speaks to `record`'s instance, or too_late().
template <class T>
asio::awaitable<Result<T>> within(asio::awaitable<Result<T>> attempt,
                                  registry::Record record, Timers& timers,
                                  Timers::Clock::duration limit) {
  auto ended = co_await with_deadline(std::move(attempt), timers, limit);
  if (!ended) co_return too_late(record);
  co_return std::move(*ended);
}

}  // namespace berth::provider
