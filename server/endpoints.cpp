#include "server/endpoints.h"

#include <nlohmann/json.hpp>

#include "registry/base/strict_json.h"
#include "registry/proof/hello_answer.h"
#include "server/access/hello.h"
#include "server/json_rpc.h"
#include "server/rpc_session.h"

namespace berth::server {
namespace {

using http::Request;
using http::Response;
using nlohmann::json;

struct WantedGrant {
  std::string origin;
  Accounts accounts;  // empty: all
};

Result<WantedGrant> read_grant(const std::string& text) {
  const Error wrong{
      Errc::invalid,
      R"(send {"origin":"https://..."}, with "accounts":[...] for some only)"};
  const auto body = parse_json(text);
  if (!body || !body->is_object() || !body->contains("origin") ||
      !(*body)["origin"].is_string())
    return wrong;
  WantedGrant wanted{(*body)["origin"], {}};
  if (body->size() == 1) return wanted;
  const auto accounts = body->value("accounts", json());
  if (body->size() != 2 || !accounts.is_array() || accounts.empty())
    return wrong;
  for (const auto& account : accounts) {
    if (!account.is_string()) return wrong;
    wanted.accounts.push_back(account);
  }
  return wanted;
}

class Endpoints {
 public:
  explicit Endpoints(EndpointContext context) : c_(std::move(context)) {}

  Response health() const {
    const WalletHealth health = c_.wallet.health();
    if (health.ok) return {200, R"({"status":"ok"})"};
    return {503,
            json{{"status", "degraded"}, {"reason", health.reason}}.dump()};
  }

  // A client that asks whether this is who the registry says it is, before it
  // sends its token on this same connection.
  Response hello(const Request& request) const {
    auto answer = answer_hello(subject(), c_.record().token, request.body);
    if (!answer) return http::error_response(400, answer.error().message);
    return {200, std::move(*answer)};
  }

  Response instance() const {
    registry::Record record = c_.record();
    record.token.clear();
    json answer = json::parse(to_json(record));
    answer["uptime_s"] = uptime().count();
    answer["connections"] = c_.counters().open;
    answer["messages"] = c_.metrics.messages();
    answer["errors"] = c_.metrics.errors();
    return {200, answer.dump()};
  }

  Response metrics() const {
    const Metrics::Others others{c_.counters(), uptime(), c_.approvals.size(),
                                 c_.gate.asked_too_often(),
                                 c_.guesses.limited()};
    Response response(200, c_.metrics.prometheus(others));
    response.content_type = "text/plain; version=0.0.4";
    return response;
  }

  Response issue_token(const Request& request) const {
    auto body = parse_json(request.body);
    if (!body) return http::error_response(400, body.error().message);
    if (*body != json{{"scope", "connect"}})
      return http::error_response(400, R"(send {"scope":"connect"})");
    auto token = c_.tokens.issue();
    if (!token) return http::error_response(503, token.error().message);
    return {200, json{{"token", *token}, {"scope", "connect"}}.dump()};
  }

  Response shut_down() const {
    c_.shut_down();
    return {202, R"({"status":"stopping"})"};
  }

  // What is granted and asked, as soon as it is not that of the revision that
  // the client has.
  asio::awaitable<Response> access(Request request) const {
    const auto after = request.query_parameter("after");
    const auto revision = c_.changes.revision();
    if (after == std::to_string(revision)) co_await c_.changes.after(revision);
    if (c_.changes.stopped())
      co_return http::error_response(503, "the instance is stopping");
    const json all{{"revision", c_.changes.revision()},
                   {"approvals", c_.approvals.list()},
                   {"grants", c_.grants.list()}};
    co_return Response(200, all.dump());
  }

  Response approvals() const {
    return {200, json{{"approvals", c_.approvals.list()}}.dump()};
  }

  Response decide(const Request& request) const {
    const auto body = parse_json(request.body);
    const bool approve = body && *body == json{{"decision", "approve"}};
    if (!approve && !(body && *body == json{{"decision", "deny"}}))
      return http::error_response(
          400, R"(send {"decision":"approve"} or {"decision":"deny"})");
    if (!c_.approvals.decide(request.parameters[0], approve))
      return http::error_response(404, "nothing of this id waits");
    return {200, request.body};
  }

  Response grants() const {
    return {200, json{{"grants", c_.grants.list()}}.dump()};
  }

  Response revoke(const Request& request) const {
    const auto origin = request.query_parameter("origin");
    if (!origin) return http::error_response(400, "name one ?origin=");
    auto revoked = c_.grants.revoke(*origin);
    if (!revoked) return http::error_response(500, revoked.error().message);
    if (!*revoked) return http::error_response(404, "not granted anything");
    return {200, json{{"revoked", *origin}}.dump()};
  }

  asio::awaitable<Response> grant(Request request) const {
    auto wanted = read_grant(request.body);
    if (!wanted) co_return http::error_response(400, wanted.error().message);
    const std::string origin = wanted->origin;
    auto granted =
        co_await c_.gate.grant(origin, std::move(wanted->accounts));
    if (!granted)
      co_return http::error_response(
          granted.error().code == Errc::invalid ? 400 : 503,
          granted.error().message);
    co_return Response(200, json{{"granted", origin}}.dump());
  }

  asio::awaitable<Response> rpc(Request request) const {
    const auto place = c_.service.take_in(request.body);
    if (!place)
      co_return http::error_response(503, "too many requests are pending");
    auto meter = meter_of(*request.connection);
    if (const auto wait = meter->take_message(request.body.size())) {
      c_.metrics.limited(Metrics::Limited::message);
      co_return http::too_many_requests(*wait,
                                        "this connection asks too often");
    }
    auto handler = c_.service.answering({}, std::move(meter));
    auto answer =
        co_await answer_rpc(std::move(request.body), std::move(handler));
    if (answer.empty()) co_return Response(204, "");
    co_return Response(200, std::move(answer));
  }

  http::WsDecision upgrade(const Request& request) const {
    const auto hello = parse_hello(request.list("Sec-WebSocket-Protocol"));
    if (!hello) return http::error_response(403, "no hello");
    auto answer =
        c_.tokens.answer_hello(subject(), hello->nonce, hello->proof);
    if (!answer)
      return c_.guesses.refuse(http::error_response(403, "wrong proof"));
    if (hello->origin &&
        c_.service.connections_of(*hello->origin) >= c_.max_of_origin)
      return http::error_response(503, "too many connections of this origin");
    if (!request.connection->set_proven())
      return http::error_response(503, "too many connections");
    const json params{{"proof", answer->proof}};
    RpcSessionOptions options;
    options.hello = rpc_notification("berth_hello", params);
    options.caller.origin = hello->origin;
    options.max_pending = c_.max_pending;
    return http::WsAccept{
        std::string(kSubprotocol),
        make_rpc_session(c_.service, c_.tasks, std::move(options))};
  }

  // nullopt: the request carries a token that may do this.
  std::optional<Response> refuse(const Request& request, Scope needed) const {
    constexpr std::string_view kBearer = "Bearer ";
    const auto header = request.find("Authorization");
    std::optional<Scope> scope;
    if (header && header->starts_with(kBearer) &&
        request.count("Authorization") == 1)
      scope = c_.tokens.scope_of(header->substr(kBearer.size()));
    if (!scope) {
      Response response =
          http::error_response(401, "show a token of this instance");
      response.headers.push_back({"WWW-Authenticate", "Bearer"});
      // Who shows nothing has guessed nothing.
      return header && *header != kBearer
                 ? c_.guesses.refuse(std::move(response))
                 : response;
    }
    if (needed == Scope::admin && *scope != Scope::admin)
      return http::error_response(403, "this token may connect, not administer");
    if (!request.connection->set_proven())
      return http::error_response(503, "too many connections");
    return std::nullopt;
  }

 private:
  ProofSubject subject() const {
    const auto& record = c_.record();
    return {record.id, record.endpoint.host, record.endpoint.port};
  }

  std::chrono::seconds uptime() const {
    return std::chrono::duration_cast<std::chrono::seconds>(c_.timers.now() -
                                                            c_.started);
  }

  // Kept with its connection.
  RpcService::Meter meter_of(http::Connection& connection) const {
    if (!connection.state.has_value())
      connection.state = c_.service.make_meter(std::nullopt);
    return std::any_cast<RpcService::Meter>(connection.state);
  }

  EndpointContext c_;
};

using Shared = std::shared_ptr<const Endpoints>;
using Plain = Response (Endpoints::*)() const;
using WithRequest = Response (Endpoints::*)(const Request&) const;

Response invoke(const Endpoints& e, Plain member, const Request&) {
  return (e.*member)();
}
Response invoke(const Endpoints& e, WithRequest member, const Request& r) {
  return (e.*member)(r);
}

// For anybody of this user.
template <class Member>
http::Handler open(Shared endpoints, Member member) {
  return [endpoints, member](Request request) -> asio::awaitable<Response> {
    co_return invoke(*endpoints, member, request);
  };
}

// For who shows a token.
template <class Member>
http::Handler guarded(Shared endpoints, Scope scope, Member member) {
  return
      [endpoints, scope, member](Request request) -> asio::awaitable<Response> {
        auto refusal = endpoints->refuse(request, scope);
        if (refusal) co_return std::move(*refusal);
        co_return invoke(*endpoints, member, request);
      };
}

using Waiting = asio::awaitable<Response> (Endpoints::*)(Request) const;

// The same for what takes its time.
asio::awaitable<Response> serve(Shared endpoints, Scope scope, Waiting member,
                                Request request) {
  auto refusal = endpoints->refuse(request, scope);
  if (refusal) co_return std::move(*refusal);
  auto answer = ((*endpoints).*member)(std::move(request));
  auto response = co_await std::move(answer);
  co_return response;
}
http::Handler guarded_wait(Shared endpoints, Scope scope, Waiting member) {
  return [endpoints, scope, member](Request request) {
    return serve(endpoints, scope, member, std::move(request));
  };
}

asio::awaitable<http::WsDecision> decide_upgrade(Shared endpoints,
                                                 Request request) {
  co_return endpoints->upgrade(request);
}

void add_access(http::Router& router, const Shared& endpoints) {
  router.add("GET", "/v1/access",
             guarded_wait(endpoints, Scope::admin, &Endpoints::access));
  router.add("GET", "/v1/approvals",
             guarded(endpoints, Scope::admin, &Endpoints::approvals));
  router.add("POST", "/v1/approvals/{}",
             guarded(endpoints, Scope::admin, &Endpoints::decide));
  router.add("GET", "/v1/grants",
             guarded(endpoints, Scope::admin, &Endpoints::grants));
  router.add("POST", "/v1/grants",
             guarded_wait(endpoints, Scope::admin, &Endpoints::grant));
  router.add("DELETE", "/v1/grants",
             guarded(endpoints, Scope::admin, &Endpoints::revoke));
}

}  // namespace

http::Router make_router(EndpointContext context) {
  const auto endpoints = std::make_shared<const Endpoints>(std::move(context));
  http::Router router;
  router.add("GET", "/health", open(endpoints, &Endpoints::health));
  router.add("POST", "/v1/hello", open(endpoints, &Endpoints::hello));
  router.add("GET", "/v1/instance",
             guarded(endpoints, Scope::connect, &Endpoints::instance));
  router.add("GET", "/metrics",
             guarded(endpoints, Scope::admin, &Endpoints::metrics));
  router.add("POST", "/v1/tokens",
             guarded(endpoints, Scope::admin, &Endpoints::issue_token));
  router.add("POST", "/v1/shutdown",
             guarded(endpoints, Scope::admin, &Endpoints::shut_down));
  add_access(router, endpoints);
  router.add("POST", "/",
             guarded_wait(endpoints, Scope::connect, &Endpoints::rpc));
  router.add_websocket("/", [endpoints](Request request) {
    return decide_upgrade(endpoints, std::move(request));
  });
  return router;
}

}  // namespace berth::server
