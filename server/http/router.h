// Which handler answers which request.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/http/message.h"
#include "server/http/ws_connection.h"

namespace berth::http {

// Is cancelled (asio terminal cancellation) when the client goes away first;
// an exception that leaves it is logged and answered with 500.
using Handler = std::function<boost::asio::awaitable<Response>(Request)>;

class Router {
 public:
  // `pattern`: a path whose segments are literal or {}, which stands for one
  // segment that is not empty and comes as Request::parameters.
  // "/v1/approvals/{}". Patterns of one method must not overlap.
  void add(std::string method, std::string pattern, Handler handler);
  // A WebSocket is opened at this path.
  void add_websocket(std::string path, UpgradeHandler handler);

  struct Match {
    const Handler* handler;
    std::vector<std::string> parameters;
  };
  // A Response when nothing matches: 404, 405 with Allow, or 426 for a plain
  // GET of a WebSocket's path.
  [[nodiscard]] std::variant<Match, Response> find(std::string_view method,
                                                   std::string_view path) const;
  // nullptr: no WebSocket there.
  [[nodiscard]] const UpgradeHandler* find_websocket(
      std::string_view path) const;

 private:
  struct Route {
    std::string method;
    std::string pattern;
    Handler handler;
  };
  struct WebSocketRoute {
    std::string path;
    UpgradeHandler handler;
  };

  std::vector<Route> routes_;
  std::vector<WebSocketRoute> websockets_;
};

}  // namespace berth::http
