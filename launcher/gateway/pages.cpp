#include "launcher/gateway/pages.h"

#include <algorithm>
#include <stdexcept>

#include "launcher/gateway/answers.h"
#include "launcher/gateway/assets.h"

namespace berth::launcher {
namespace {

using http::Request;
using http::Response;

Response asset_response(const Asset& asset) {
  Response response(200, std::string(asset.body));
  response.content_type = asset.content_type;
  return response;
}

const Asset& find(std::string_view name) {
  const auto all = all_assets();
  const auto found = std::ranges::find(all, name, &Asset::name);
  if (found == all.end())
    throw std::logic_error("no such asset: " + std::string(name));
  return *found;
}

// CSP Level 3. The WebSocket's origin is named because not every browser takes
// 'self' for it.
std::string policy_for(const OwnHost& own_host) {
  return "default-src 'none'; script-src 'self'; style-src 'self'; "
         "img-src 'self' data:; connect-src 'self' ws://" +
         own_host.authority() +
         "; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
}

Response page(const OwnHost& own_host, std::string_view name) {
  Response response = asset_response(find(name));
  response.headers = {{"Content-Security-Policy", policy_for(own_host)},
                      {"Referrer-Policy", "no-referrer"},
                      {"X-Frame-Options", "DENY"}};
  return response;
}

// Elsewhere it is sent to the own host (own_host.h says why).
Response picker(const OwnHost& own_host, const Request& request) {
  if (request.find("Host") == own_host.authority())
    return page(own_host, "pick.html");
  Response response(303, "");
  const std::string query = request.query.empty() ? "" : "?" + request.query;
  response.headers = {{"Location", own_host.origin() + "/pick" + query}};
  return response;
}

Response taken() {
  Response response(503,
                    "Berth: another program listens at ::1 and this port, so no "
                    "page is safe here. In a terminal: berth doctor\n");
  response.content_type = "text/plain; charset=utf-8";
  return response;
}

// Nothing may hold a handle on it: it acts for the user.
Response dashboard(const OwnHost& own_host) {
  Response response = page(own_host, "dashboard.html");
  response.headers.push_back({"Cross-Origin-Opener-Policy", "same-origin"});
  return response;
}

}  // namespace

std::string_view asset(std::string_view name) { return find(name).body; }

void add_pages(http::Router& router, const OwnHost& own_host) {
  router.add("GET", "/", [&own_host](Request) {
    return give(own_host.is_taken() ? taken() : dashboard(own_host));
  });
  router.add("GET", "/pick", [&own_host](Request request) {
    return give(own_host.is_taken() ? taken() : picker(own_host, request));
  });
  for (const auto& asset : all_assets())
    router.add("GET", "/assets/" + std::string(asset.name),
               [&asset](Request) { return give(asset_response(asset)); });
}

}  // namespace berth::launcher
