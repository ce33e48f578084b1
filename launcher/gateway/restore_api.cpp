#include "launcher/gateway/restore_api.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "launcher/gateway/admission.h"
#include "launcher/gateway/answers.h"
#include "launcher/gateway/profiles.h"
#include "registry/base/origin.h"

namespace berth::launcher {
namespace {

using http::Request;
using http::Response;
using nlohmann::json;

// What `origin` is granted and runs, the latest granted first.
json restored(const GatewayContext& context, const std::string& origin) {
  json list = json::array();
  const auto views = all_profiles(context.paths);
  if (!views) return list;
  auto grants = all_grants(context.paths, *views, context.access);
  std::erase_if(grants, [&](const auto& g) { return g.origin != origin; });
  std::ranges::stable_sort(grants, std::greater(), &GrantView::granted_at);
  for (const auto& grant : grants) {
    const auto view = std::ranges::find(
        *views, grant.profile, [](const auto& v) { return v.instance.name; });
    if (view == views->end() || !runs(*view)) continue;
    auto admitted = admission(context, *view, origin);
    if (!admitted) break;
    admitted->erase("mode");
    list.push_back(std::move(*admitted));
  }
  return list;
}

// CORS (WHATWG Fetch, "CORS protocol"), for pages of this computer and no
// others: nobody else may read anything here.
void allow(Response& response, std::string_view origin) {
  response.headers.push_back(
      {"Access-Control-Allow-Origin", std::string(origin)});
  response.headers.push_back({"Vary", "Origin"});
}

std::optional<std::string> loopback_origin(const Request& request) {
  const auto origin = request.find("Origin");
  if (!origin || !is_origin(*origin) || !is_loopback_origin(*origin))
    return std::nullopt;
  return std::string(*origin);
}

Response only_loopback() {
  return http::error_response(403, "for pages of this computer only");
}

Response restore(const GatewayContext& context, const Request& request) {
  const auto origin = loopback_origin(request);
  if (!origin) return only_loopback();
  const auto wait = context.requests.take(*origin);
  Response response =
      wait ? too_often(*wait)
           : json_response({{"profiles", restored(context, *origin)}});
  allow(response, *origin);
  return response;
}

Response preflight(const Request& request) {
  const auto origin = loopback_origin(request);
  if (!origin) return only_loopback();
  Response response(204, "");
  allow(response, *origin);
  response.headers.push_back({"Access-Control-Allow-Methods", "POST"});
  response.headers.push_back({"Access-Control-Allow-Headers", "content-type"});
  return response;
}

}  // namespace

void add_restore_api(http::Router& router, const GatewayContext& context) {
  router.add("POST", "/v1/restore", [context](Request request) {
    return give(restore(context, request));
  });
  router.add("OPTIONS", "/v1/restore",
             [](Request request) { return give(preflight(request)); });
}

}  // namespace berth::launcher
