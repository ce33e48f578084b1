// JSON-RPC 2.0 (https://www.jsonrpc.org/specification) as text in, text out,
// whatever carries the texts.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/rpc_error.h"

namespace berth::server {

// Requests in one batch. A dApp's libraries batch some tens; each runs at
// once, so a batch must not be a way around rate limits.
inline constexpr std::size_t kMaxBatch = 100;

// Bytes of a batch's answers: as much as one answer of an upstream may have.
// What finds no room any more is answered with -32005.
inline constexpr std::size_t kMaxBatchAnswer = std::size_t{16} << 20;

struct RpcCall {
  std::string id;  // as JSON text; empty: a notification
  std::string method;
  nlohmann::json params = nlohmann::json::array();  // or an object
  std::optional<RpcError> fault;  // it is no request: not to be run
};

// What one text asks for.
struct RpcMessage {
  std::vector<RpcCall> calls;
  bool is_batch = false;
  std::optional<RpcError> fault;  // of all of it: there are no calls
};

// An id is kept byte for byte. Members that JSON-RPC does not know are ignored.
// Faults: -32700: no JSON, or JSON that parse_json() refuses; -32600: no
// request.
[[nodiscard]] RpcMessage parse_rpc(std::string_view text);

// Answers one call. An exception (a bug) is logged and answered with -32603.
using RpcHandler = std::function<boost::asio::awaitable<RpcResult>(
    std::string method, nlohmann::json params)>;
// The same without waiting; nullopt: that takes an RpcHandler.
using RpcAtOnce = std::function<std::optional<RpcResult>(
    const std::string& method, const nlohmann::json& params)>;

// Runs what `message` asks for, the calls of a batch all at the same time, and
// returns the text to send back; empty: nothing (notifications only).
// Cancelling it cancels the handlers.
[[nodiscard]] boost::asio::awaitable<std::string> answer_rpc(
    RpcMessage message, RpcHandler handler);
[[nodiscard]] boost::asio::awaitable<std::string> answer_rpc(
    const std::string& text, RpcHandler handler);

// The same where `message` is one call that `handler` answers; else nullopt,
// and nothing was run.
[[nodiscard]] std::optional<std::string> answer_rpc_at_once(
    const RpcMessage& message, const RpcAtOnce& handler);

// An answer to nobody's request in particular (its id is null).
[[nodiscard]] std::string rpc_error_text(const RpcError& error);

[[nodiscard]] std::string rpc_notification(std::string_view method,
                                           const nlohmann::json& params);

}  // namespace berth::server
