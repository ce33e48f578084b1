#include "launcher/gateway/gateway.h"

#include <nlohmann/json.hpp>

#include "launcher/gateway/answers.h"
#include "launcher/gateway/assets.h"
#include "launcher/gateway/context.h"
#include "launcher/gateway/dashboard_api.h"
#include "launcher/gateway/page_session.h"
#include "launcher/gateway/pages.h"
#include "launcher/gateway/picker_api.h"
#include "launcher/gateway/restore_api.h"
#include "registry/base/log.h"
#include "registry/proof/hello_answer.h"
#include "server/http/connection.h"
#include "server/http/loopback.h"

namespace berth::launcher {
namespace {

using namespace std::chrono_literals;
using http::Request;
using http::Response;

// For connections to end by themselves at a stop, before they are cut.
constexpr auto kStopGrace = 1s;

// Each popup, dashboard and page holds one or two. Far more than a person has
// open, and an idle one costs some KiB.
constexpr std::size_t kMostConnections = 512;

// Of one origin: its tabs, each with some profiles. Else one page could use up
// all connections, and two descriptors for each.
constexpr int kMostChannelsOfOrigin = 64;

// What one origin asks for: restores, channels, what its picker does. At once
// as much as all its channels take when they come back, each a request for its
// ticket and its opening; then less, as many a request reads all profiles.
constexpr http::Rate kRequestsOfOrigin{10, 200};

Response hello(const registry::Record& record, const Request& request) {
  const ProofSubject subject{record.id, record.endpoint.host,
                             record.endpoint.port};
  auto answer = answer_hello(subject, record.token, request.body);
  if (!answer) return http::error_response(400, answer.error().message);
  return {200, std::move(*answer)};
}

// 127.0.0.1 and, so that nobody else answers there, ::1 of one port.
struct Port {
  UniqueFd listener;
  UniqueFd reserved;
};

Result<Port> take_port(std::uint16_t port) {
  auto listener = http::listen_on_loopback(port);
  if (!listener) return listener.error();
  auto reserved = http::reserve_ipv6_loopback(port);
  if (!reserved) return reserved.error();
  return Port{std::move(*listener), std::move(*reserved)};
}

Result<Port> take_port_near(std::uint16_t port) {
  for (int i = 0; i < Gateway::kTries && port + i <= 65535; ++i) {
    const auto number = static_cast<std::uint16_t>(port + i);
    // The one that was asked for is the user's own choice.
    if (i > 0 && http::is_refused_by_browsers(number)) continue;
    auto taken = take_port(number);
    if (taken || taken.error().code != Errc::no_port) return taken;
  }
  return Error{Errc::no_port,
               "no free port for the gateway: " + std::to_string(port) +
                   " and the next " + std::to_string(Gateway::kTries - 1),
               "set another gateway_port in config.json"};
}

// The ticket that a WebSocket offers; empty: none, or not our protocol.
std::string offered_ticket(const Request& request) {
  const std::string_view prefix = kTicketProtocol;
  std::string ticket;
  bool ours = false;
  for (const auto item : request.list("Sec-WebSocket-Protocol")) {
    if (item == kPageProtocol) ours = true;
    if (item.starts_with(prefix)) ticket = item.substr(prefix.size());
  }
  return ours ? ticket : std::string();
}

}  // namespace

Gateway::Gateway(asio::any_io_executor executor, Timers& timers, Paths paths,
                 registry::Record record, GatewayOptions options,
                 provider::AccessWatch::OnQuestion on_question)
    : paths_(std::move(paths)),
      timers_(timers),
      record_(std::move(record)),
      options_(std::move(options)),
      tickets_(timers),
      sign_in_(timers),
      guesses_(timers),
      ticket_guesses_(timers),
      requests_(timers, {kRequestsOfOrigin}),
      messages_(timers, {options_.origin_messages}),
      access_(
          executor, timers, [this] { changes_.bump(); }, std::move(on_question),
          options_.check_peers),
      channels_(executor, log::failure("a task of the gateway failed")),
      programs_(executor, log::failure("a task of the gateway failed")),
      http_(executor, timers, make_router(), server_options()) {}

http::ServerOptions Gateway::server_options() const {
  http::ServerOptions server;
  server.limits.proven = kMostConnections;
  server.policy.extra_host = own_host_.name();
  server.policy.any_localhost = {"/pick"};
  server.policy.other_sites =
      http::OtherSites{.pages = {"/", "/pick"}, .open = {"/v1/restore"}};
  Response worker(200, std::string(asset("unregister.js")));
  worker.content_type = "text/javascript; charset=utf-8";
  // For those left with a wider scope than their script has.
  worker.headers = {{"Service-Worker-Allowed", "/"}};
  server.policy.service_worker = std::move(worker);
  server.check_peers = options_.check_peers;
  return server;
}

http::Router Gateway::make_router() {
  http::Router router;
  router.add("GET", "/health", [](Request) -> asio::awaitable<Response> {
    co_return Response(200, R"({"status":"ok"})");
  });
  router.add("POST", "/v1/hello",
             [this](Request request) -> asio::awaitable<Response> {
               if (request.find("Origin"))
                 co_return http::error_response(403, "not for pages");
               co_return hello(record_, request);
             });
  router.add_websocket("/page",
                       [this](Request request)
                           -> asio::awaitable<http::WsDecision> {
                         co_return open_page(request);
                       });
  const GatewayContext context{paths_,    timers_,
                               record_,   own_host_,
                               tickets_,  sign_in_,
                               guesses_,  requests_,
                               access_,   changes_,
                               programs_, running_,
                               reasons_,  options_.check_peers};
  add_pages(router, own_host_);
  add_picker_api(router, context);
  add_restore_api(router, context);
  add_dashboard_api(router, context);
  return router;
}

http::WsDecision Gateway::open_page(const Request& request) {
  const auto secret = offered_ticket(request);
  auto ticket = tickets_.take(secret, request.find("Origin").value_or(""));
  if (!ticket) {
    auto refusal = http::error_response(403, "no ticket of this origin");
    return secret.empty() ? refusal
                          : ticket_guesses_.refuse(std::move(refusal));
  }
  if (const auto wait = requests_.take(ticket->origin)) return too_often(*wait);
  auto place = place_of(ticket->origin);
  if (!place || !request.connection->set_proven())
    return http::error_response(503, "too many connections");
  ChannelOptions options;
  options.place = std::move(place);
  options.profile = std::move(ticket->profile);
  options.origin = std::move(ticket->origin);
  options.check_peer = options_.check_peers;
  options.find = [this](const std::string& profile) {
    const auto found = running_.find(profile);
    return found == running_.end() ? std::nullopt
                                   : std::optional(found->second);
  };
  return http::WsAccept{kPageProtocol,
                        make_page_session(std::move(options), timers_, changes_,
                                          channels_, messages_)};
}

// nullptr: that origin has as many channels as it may.
std::shared_ptr<void> Gateway::place_of(const std::string& origin) {
  std::erase_if(places_,
                [](const auto& item) { return item.second.use_count() == 1; });
  auto& place = places_[origin];
  if (!place) place = std::make_shared<char>();
  return place.use_count() > kMostChannelsOfOrigin ? nullptr : place;
}

Result<void> Gateway::start() {
  const bool given = static_cast<bool>(options_.listener);
  if (!given) {
    auto port = take_port_near(options_.port);
    if (!port) return port.error();
    options_.listener = std::move(port->listener);
    ipv6_ = std::move(port->reserved);
  }
  auto started = http_.start(std::move(options_.listener));
  if (!started) return started;
  record_.endpoint.port = http_.port();
  own_host_.set_port(http_.port());
  if (given) reserve();
  return {};
}

// The service manager's port is ours for as long as it says so: where somebody
// has its ::1, no page may be served in a name that leads there.
void Gateway::reserve() {
  auto reserved = http::reserve_ipv6_loopback(http_.port());
  if (reserved) {
    ipv6_ = std::move(*reserved);
    return;
  }
  own_host_.set_taken();
  log::error("no page is served: " + reserved.error().message +
             "; end the program that has it, then: berth down, berth up");
}

void Gateway::set_running(const Records& running) {
  running_ = running;
  std::vector<registry::Record> records;
  for (const auto& [name, record] : running_) records.push_back(record);
  access_.watch(records);
  changes_.bump();
}

void Gateway::set_reasons(std::map<std::string, std::string> reasons) {
  reasons_ = std::move(reasons);
  changes_.bump();
}

asio::awaitable<void> Gateway::stop() {
  co_await http_.stop(kStopGrace);
  co_await access_.stop();
  channels_.cancel();
  programs_.cancel();
  co_await channels_.wait();
  co_await programs_.wait();
}

}  // namespace berth::launcher
