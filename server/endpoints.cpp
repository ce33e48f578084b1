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
    Response response(200, c_.metrics.prometheus(c_.counters(), uptime()));
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

  asio::awaitable<Response> rpc(Request request) const {
    auto call = native_call();
    auto answer =
        co_await answer_rpc(std::move(request.body), std::move(call));
    if (answer.empty()) co_return Response(204, "");
    co_return Response(200, std::move(answer));
  }

  http::WsDecision upgrade(const Request& request) const {
    const auto hello = parse_hello(request.list("Sec-WebSocket-Protocol"));
    if (!hello) return http::error_response(403, "no hello");
    auto answer =
        c_.tokens.answer_hello(subject(), hello->nonce, hello->proof);
    if (!answer) return http::error_response(403, "wrong proof");
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
      return response;
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

  RpcHandler native_call() const {
    return [&service = c_.service](std::string method, json params) {
      return service.call(Caller{}, std::move(method), std::move(params));
    };
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

asio::awaitable<Response> serve_rpc(Shared endpoints, Request request) {
  auto refusal = endpoints->refuse(request, Scope::connect);
  if (refusal) co_return std::move(*refusal);
  auto response = co_await endpoints->rpc(std::move(request));
  co_return response;
}

asio::awaitable<http::WsDecision> decide_upgrade(Shared endpoints,
                                                 Request request) {
  co_return endpoints->upgrade(request);
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
  router.add("POST", "/", [endpoints](Request request) {
    return serve_rpc(endpoints, std::move(request));
  });
  router.add_websocket("/", [endpoints](Request request) {
    return decide_upgrade(endpoints, std::move(request));
  });
  return router;
}

}  // namespace berth::server
