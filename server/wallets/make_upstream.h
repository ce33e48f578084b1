// Upstreams by their URL.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "registry/base/result.h"
#include "registry/base/timers.h"
#include "server/wallets/upstream.h"

namespace berth::server {

struct UpstreamOptions {
  // Name lookup, connection and handshakes together; also how long the light
  // question "are you there" over HTTP may take.
  std::chrono::milliseconds connect_timeout{10'000};
  // Longer than any node takes for a read it means to answer.
  std::chrono::milliseconds request_timeout{30'000};
  // For what a person decides: signatures, transactions, permissions.
  std::chrono::milliseconds person_timeout{300'000};
  // Between attempts to connect: doubled each time, with jitter (half to the
  // whole of it), so that many instances do not hit a returning node at once.
  std::chrono::milliseconds first_backoff{250};
  std::chrono::milliseconds last_backoff{30'000};
  // A WebSocket that says nothing for half of this is pinged, and given up
  // after the whole: a peer that lost its power closes nothing. Real time.
  std::chrono::milliseconds websocket_idle{60'000};
  // One answer or notification. A node's largest usual answers (eth_getLogs, a
  // block with its transactions) are a few MiB; a broken or hostile one must
  // not fill the memory.
  std::size_t max_answer_bytes = 16 * 1024 * 1024;
  // PEM certificates to trust in place of the system's. Empty: the system's.
  std::string ca_file;
};

// Begins to connect and goes on for as long as it takes; set the handlers
// before the io_context runs on. `timers` must outlive the upstream. Errc::
// invalid: the URL is not one; no other error, an unreachable upstream is one
// that is not connected().
[[nodiscard]] Result<std::unique_ptr<Upstream>> make_upstream(
    const std::string& url, boost::asio::any_io_executor executor,
    Timers& timers, UpstreamOptions options = {});

}  // namespace berth::server
