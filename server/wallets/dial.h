// From an address to an open connection.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "registry/base/result.h"
#include "server/wallets/stream.h"
#include "server/wallets/tls.h"
#include "server/wallets/upstream_url.h"

namespace berth::server {

// Neither has a time limit of its own: cancel it. The error says which step
// failed and why, and leaves naming the upstream to the caller.

// Connects, and shakes hands when the URL asks for TLS. `tls` must outlive the
// call; it is made ready by the first connection that needs it.
boost::asio::awaitable<Result<Stream>> dial(UpstreamUrl url, TlsClient& tls);

boost::asio::awaitable<Result<Stream>> dial_unix(std::string path);

}  // namespace berth::server
