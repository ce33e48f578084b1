#include "server/http/router.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace berth::http {
namespace {

// Cuts "/segment" off the front of `path`, which starts with '/'.
std::string_view next_segment(std::string_view& path) {
  const auto end = std::min(path.find('/', 1), path.size());
  const auto segment = path.substr(1, end - 1);
  path.remove_prefix(end);
  return segment;
}

std::optional<std::vector<std::string>> match(std::string_view pattern,
                                              std::string_view path) {
  std::vector<std::string> parameters;
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = next_segment(pattern);
    const auto segment = next_segment(path);
    if (wanted == "{}" && !segment.empty())
      parameters.emplace_back(segment);
    else if (wanted != segment)
      return std::nullopt;
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parameters;
}

}  // namespace

void Router::add(std::string method, std::string pattern, Handler handler) {
  routes_.push_back(
      {std::move(method), std::move(pattern), std::move(handler)});
}

void Router::add_websocket(std::string path, UpgradeHandler handler) {
  websockets_.push_back({std::move(path), std::move(handler)});
}

std::variant<Router::Match, Response> Router::find(
    std::string_view method, std::string_view path) const {
  std::string allow;
  for (const auto& route : routes_) {
    auto parameters = match(route.pattern, path);
    if (!parameters) continue;
    if (route.method == method)
      return Match{&route.handler, std::move(*parameters)};
    allow += (allow.empty() ? "" : ", ") + route.method;
  }
  if (find_websocket(path) && (method == "GET" || allow.empty())) {
    auto response = error_response(426, "a WebSocket is opened here");
    response.headers = {{"Upgrade", "websocket"}};
    return response;
  }
  if (allow.empty()) return error_response(404, "no such path");
  auto response = error_response(405, "not with this method");
  response.headers = {{"Allow", allow}};
  return response;
}

const UpgradeHandler* Router::find_websocket(std::string_view path) const {
  const auto found =
      std::ranges::find(websockets_, path, &WebSocketRoute::path);
  return found == websockets_.end() ? nullptr : &found->handler;
}

}  // namespace berth::http
