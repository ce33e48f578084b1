// JSON-RPC 2.0 (https://www.jsonrpc.org/specification) as text in, text out,
// whatever carries the texts.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "server/rpc_error.h"

namespace berth::server {

// Requests in one batch. A dApp's libraries batch some tens; each runs at
// once, so a batch must not be a way around rate limits.
inline constexpr std::size_t kMaxBatch = 100;

// Answers one call; `params` is an array or an object. An exception (a bug) is
// logged and answered with -32603.
using RpcHandler = std::function<boost::asio::awaitable<RpcResult>(
    std::string method, nlohmann::json params)>;

// Runs what `text` asks for, the calls of a batch all at the same time, and
// returns the text to send back; empty: nothing (notifications only). An id
// comes back byte for byte. Members that JSON-RPC does not know are ignored.
// -32700: no JSON, or JSON that parse_json() refuses; -32600: no request.
// Cancelling it cancels the handlers.
[[nodiscard]] boost::asio::awaitable<std::string> answer_rpc(
    std::string text, RpcHandler handler);

// An answer to nobody's request in particular (its id is null).
[[nodiscard]] std::string rpc_error_text(const RpcError& error);

[[nodiscard]] std::string rpc_notification(std::string_view method,
                                           const nlohmann::json& params);

}  // namespace berth::server
