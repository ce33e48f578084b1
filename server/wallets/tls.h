// TLS towards an upstream: the certificate must be good for the host and
// chain to an authority of the system's store.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <optional>
#include <string>

#include "registry/base/result.h"
#include "server/wallets/stream.h"

namespace berth::server {

class TlsClient {
 public:
  // `ca_file`: PEM certificates to trust in place of the system's; empty: the
  // system's. Cheap: reading the store (40 ms, 4 MiB) waits for secure().
  explicit TlsClient(std::string ca_file) : ca_file_(std::move(ca_file)) {}

  // Shakes hands as a client of `host` (RFC 6066 section 3 SNI, RFC 6125
  // names). Errc::untrusted when the certificate is refused.
  boost::asio::awaitable<Result<std::unique_ptr<ByteStream>>> secure(
      boost::asio::generic::stream_protocol::socket socket, std::string host);

 private:
  [[nodiscard]] Result<void> make_context();

  std::string ca_file_;
  std::optional<boost::asio::ssl::context> context_;
};

}  // namespace berth::server
