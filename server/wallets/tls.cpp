#include "server/wallets/tls.h"

#include <openssl/x509v3.h>

#include <boost/asio/ssl.hpp>

#include "registry/base/async.h"

namespace berth::server {
namespace {

namespace ssl = asio::ssl;
using boost::system::error_code;
using TlsSocket = ssl::stream<asio::generic::stream_protocol::socket>;

class TlsStream final : public ByteStream {
 public:
  TlsStream(asio::generic::stream_protocol::socket socket,
            ssl::context& context)
      : socket_(std::move(socket), context) {}

  TlsSocket& socket() { return socket_; }

  asio::any_io_executor executor() override { return socket_.get_executor(); }
  void read_some(const ReadBuffers& buffers, Handler handler) override {
    socket_.async_read_some(buffers, std::move(handler));
  }
  void write_some(const WriteBuffers& buffers, Handler handler) override {
    socket_.async_write_some(buffers, std::move(handler));
  }
  void close() override {
    error_code ignored;  // the descriptor is gone either way
    socket_.lowest_layer().close(ignored);
  }
  bool quiet() override {
    return is_quiet(socket_.lowest_layer().native_handle());
  }

 private:
  TlsSocket socket_;
};

// An address is checked against the certificate's addresses; a name against
// its names, and is sent along for servers of many names.
bool expect_host(SSL* session, const std::string& host) {
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()))
    return true;
  return SSL_set1_host(session, host.c_str()) == 1 &&
         SSL_set_tlsext_host_name(session, host.c_str()) == 1;
}

Error handshake_failed(SSL* session, const error_code& error) {
  const auto verdict = SSL_get_verify_result(session);
  if (verdict == X509_V_OK)
    return Error{Errc::unavailable, "TLS handshake: " + error.message()};
  return Error{Errc::untrusted, std::string("TLS certificate refused: ") +
                                    X509_verify_cert_error_string(verdict)};
}

}  // namespace

Result<void> TlsClient::make_context() {
  if (context_) return {};
  ssl::context context(ssl::context::tls_client);
  error_code error;
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  context.set_verify_mode(ssl::verify_peer);
  if (ca_file_.empty())
    context.set_default_verify_paths(error);
  else
    context.load_verify_file(ca_file_, error);
  if (error)
    return Error{Errc::failed,
                 "read the trusted certificates: " + error.message()};
  context_ = std::move(context);
  return {};
}

asio::awaitable<Result<std::unique_ptr<ByteStream>>> TlsClient::secure(
    asio::generic::stream_protocol::socket socket, std::string host) {
  if (auto made = make_context(); !made) co_return made.error();
  auto stream = std::make_unique<TlsStream>(std::move(socket), *context_);
  auto* session = stream->socket().native_handle();
  if (!expect_host(session, host))
    co_return Error{Errc::failed, "TLS cannot check for the host's name"};
  auto [error] = co_await stream->socket().async_handshake(
      ssl::stream_base::client, use_ec);
  if (error) co_return handshake_failed(session, error);
  co_return std::unique_ptr<ByteStream>(std::move(stream));
}

}  // namespace berth::server
