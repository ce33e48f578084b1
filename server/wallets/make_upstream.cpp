#include "server/wallets/make_upstream.h"

#include "server/wallets/transports.h"
#include "server/wallets/upstream_url.h"

namespace berth::server {

Result<std::unique_ptr<Upstream>> make_upstream(
    const std::string& url, boost::asio::any_io_executor executor,
    Timers& timers, UpstreamOptions options) {
  auto parsed = parse_upstream_url(url);
  if (!parsed) return parsed.error();
  const auto make = [kind = parsed->kind] {
    switch (kind) {
      case UpstreamUrl::Kind::http:
        return make_http_upstream;
      case UpstreamUrl::Kind::ws:
        return make_ws_upstream;
      case UpstreamUrl::Kind::ipc:
        break;
    }
    return make_ipc_upstream;
  }();
  return make(std::move(*parsed), std::move(executor), timers, options);
}

}  // namespace berth::server
