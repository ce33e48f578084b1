#include "provider/client/rpc_calls.h"

#include "registry/base/strict_json.h"

namespace berth::provider {
namespace {

using nlohmann::json;

// Call traces nest by the depth of the contract calls in them.
constexpr std::size_t kMaxDepth = 256;

Error not_rpc() { return {Errc::invalid, "not a JSON-RPC 2.0 message"}; }

// The member, or null.
json take(json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? json() : std::move(*found);
}

RpcResult to_error(json& error) {
  const auto code = error.find("code");
  const auto message = error.find("message");
  if (code == error.end() || !code->is_number_integer() ||
      message == error.end() || !message->is_string())
    return RpcError(rpc_code::internal, "an error without code and message");
  return RpcError(code->get<int>(), message->get<std::string>(),
                  take(error, "data"));
}

}  // namespace

Result<Incoming> parse_incoming(std::string_view text) {
  auto parsed = parse_json(text, kMaxDepth);
  if (!parsed) return parsed.error();
  json& message = *parsed;
  if (!message.is_object() || take(message, "jsonrpc") != "2.0")
    return not_rpc();
  Incoming incoming;
  if (const auto method = message.find("method"); method != message.end()) {
    // A request of the other side: nothing in the protocol asks us anything.
    if (!method->is_string() || message.contains("id")) return not_rpc();
    incoming.event = method->get<std::string>();
    incoming.params = take(message, "params");
    return incoming;
  }
  const json id = take(message, "id");
  if (id.is_number_unsigned()) incoming.id = id.get<std::uint64_t>();
  if (!id.is_number_unsigned() && !id.is_null()) return not_rpc();
  const bool has_result = message.contains("result");
  if (has_result == message.contains("error")) return not_rpc();
  incoming.answer = has_result ? RpcResult(take(message, "result"))
                               : to_error(message["error"]);
  return incoming;
}

RpcCalls::Call::Call(RpcCalls& calls, const asio::any_io_executor& executor)
    : calls_(calls), id_(++calls.last_id_), answered_(executor) {
  calls_.waiting_.emplace(id_, this);
}

std::string RpcCalls::Call::message(const std::string& method,
                                    const json& params) const {
  const json request = {
      {"jsonrpc", "2.0"}, {"id", id_}, {"method", method}, {"params", params}};
  return request.dump(-1, ' ', false, json::error_handler_t::replace);
}

asio::awaitable<RpcResult> RpcCalls::Call::answer() {
  co_await answered_.wait();
  co_return std::move(answer_);
}

void RpcCalls::finish(std::uint64_t id, RpcResult answer) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return;
  found->second->answer_ = std::move(answer);
  found->second->answered_.set();
}

void RpcCalls::fail_all(const RpcError& error) {
  // Resumes nobody before it returns: an Event posts.
  for (const auto& [id, call] : waiting_)
    if (!call->answered_.is_set()) finish(id, error);
}

}  // namespace berth::provider
