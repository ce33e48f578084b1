// The three kinds of upstream, for make_upstream() alone.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "registry/base/timers.h"
#include "server/wallets/make_upstream.h"
#include "server/wallets/upstream_url.h"

namespace berth::server {

[[nodiscard]] std::unique_ptr<Upstream> make_http_upstream(
    UpstreamUrl url, boost::asio::any_io_executor executor, Timers& timers,
    const UpstreamOptions& options);
[[nodiscard]] std::unique_ptr<Upstream> make_ws_upstream(
    UpstreamUrl url, boost::asio::any_io_executor executor, Timers& timers,
    const UpstreamOptions& options);
[[nodiscard]] std::unique_ptr<Upstream> make_ipc_upstream(
    UpstreamUrl url, boost::asio::any_io_executor executor, Timers& timers,
    const UpstreamOptions& options);

}  // namespace berth::server
