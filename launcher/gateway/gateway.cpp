#include "launcher/gateway/gateway.h"

#include "registry/proof/hello_answer.h"
#include "server/http/loopback.h"

namespace berth::launcher {
namespace {

using namespace std::chrono_literals;
using http::Request;
using http::Response;

// For connections to end by themselves at a stop, before they are cut.
constexpr auto kStopGrace = 1s;

http::ServerOptions server_options(const GatewayOptions& options) {
  http::ServerOptions server;
  server.policy.refuse_pages = true;  // nothing here is for pages yet
  server.check_peers = options.check_peers;
  return server;
}

Response hello(const registry::Record& record, const Request& request) {
  const ProofSubject subject{record.id, record.endpoint.host,
                             record.endpoint.port};
  auto answer = answer_hello(subject, record.token, request.body);
  if (!answer) return http::error_response(400, answer.error().message);
  return {200, std::move(*answer)};
}

Result<UniqueFd> listen_near(std::uint16_t port) {
  Error last;
  for (int i = 0; i < Gateway::kTries && port + i <= 65535; ++i) {
    const auto number = static_cast<std::uint16_t>(port + i);
    // The one that was asked for is the user's own choice.
    if (i > 0 && http::is_refused_by_browsers(number)) continue;
    auto listener = http::listen_on_loopback(number);
    if (listener || listener.error().code != Errc::no_port) return listener;
  }
  return Error{Errc::no_port,
               "no free port for the gateway: " + std::to_string(port) +
                   " and the next " + std::to_string(Gateway::kTries - 1),
               "set another gateway_port in config.json"};
}

}  // namespace

Gateway::Gateway(asio::any_io_executor executor, Timers& timers,
                 registry::Record record, GatewayOptions options)
    : record_(std::move(record)),
      options_(std::move(options)),
      http_(std::move(executor), timers, make_router(),
            server_options(options_)) {}

http::Router Gateway::make_router() const {
  http::Router router;
  router.add("GET", "/health", [](Request) -> asio::awaitable<Response> {
    co_return Response(200, R"({"status":"ok"})");
  });
  router.add("POST", "/v1/hello",
             [this](Request request) -> asio::awaitable<Response> {
               co_return hello(record_, request);
             });
  return router;
}

Result<void> Gateway::start() {
  if (!options_.listener) {
    auto listener = listen_near(options_.port);
    if (!listener) return listener.error();
    options_.listener = std::move(*listener);
  }
  auto started = http_.start(std::move(options_.listener));
  if (!started) return started;
  record_.endpoint.port = http_.port();
  return {};
}

asio::awaitable<void> Gateway::stop() { return http_.stop(kStopGrace); }

}  // namespace berth::launcher
