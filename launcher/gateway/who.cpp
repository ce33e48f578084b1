#include "launcher/gateway/who.h"

#include "launcher/gateway/answers.h"
#include "registry/proof/hash.h"
#include "server/http/connection.h"

namespace berth::launcher {
namespace {

using http::Request;
using http::Response;
using Refusal = std::optional<Response>;

bool shows_token(const GatewayContext& context, const Request& request) {
  return equal_in_constant_time(bytes_of(bearer_of(request)),
                                bytes_of(context.self.token));
}

Response not_signed_in(const GatewayContext& context, const Request& request) {
  Response response = failure(
      401, {Errc::denied, "not signed in", "run: berth ui"}, "signed_out");
  response.headers.push_back({"WWW-Authenticate", "Bearer"});
  // Who shows nothing, or the token as a page, has guessed nothing.
  if (bearer_of(request).empty() || shows_token(context, request))
    return response;
  return context.guesses.refuse(std::move(response));
}

Response foreign() {
  return failure(403, {Errc::denied, "not for this origin"});
}

bool is_own(const GatewayContext& context, const Request& request) {
  return request.find("Origin") == context.own_host.origin();
}

bool has_session(const GatewayContext& context, const Request& request) {
  return context.sign_in.is_session(bearer_of(request));
}

bool has_token(const GatewayContext& context, const Request& request) {
  return !request.find("Origin") && shows_token(context, request);
}

// It stays, and is no stranger's any more.
Refusal admit(const Request& request) {
  if (request.connection->set_proven()) return std::nullopt;
  return http::error_response(503, "too many connections");
}

}  // namespace

std::string bearer_of(const Request& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const auto header = request.find("Authorization");
  if (!header || !header->starts_with(kBearer) ||
      request.count("Authorization") != 1)
    return {};
  return std::string(header->substr(kBearer.size()));
}

Refusal refuse_foreign(const GatewayContext& context, const Request& request) {
  if (!is_own(context, request)) return foreign();
  return admit(request);
}

Refusal refuse_picker(const GatewayContext& context, const Request& request) {
  if (!is_own(context, request)) return foreign();
  const bool known = request.connection->peer().verdict == PeerVerdict::own;
  if (!known && !has_session(context, request))
    return not_signed_in(context, request);
  return admit(request);
}

Refusal refuse_dashboard(const GatewayContext& context,
                         const Request& request) {
  if (has_token(context, request)) return admit(request);
  if (request.find("Origin") && !is_own(context, request)) return foreign();
  if (!has_session(context, request)) return not_signed_in(context, request);
  return admit(request);
}

Refusal refuse_program(const GatewayContext& context, const Request& request) {
  if (has_token(context, request)) return admit(request);
  return not_signed_in(context, request);
}

}  // namespace berth::launcher
