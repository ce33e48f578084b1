#include "server/json_rpc.h"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "registry/base/log.h"
#include "registry/base/strict_json.h"
#include "server/raw_json.h"

namespace berth::server {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string error_answer(const std::string& id, const RpcError& error) {
  json body{{"code", error.code}, {"message", error.message}};
  if (!error.data.is_null()) body["data"] = error.data;
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"error":)" + dump(body) + "}";
}

std::string result_answer(const std::string& id, const json& result) {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":)" + dump(result) +
         "}";
}

RpcError no_request(const char* why) {
  return {rpc_code::invalid_request, why};
}

// What JSON-RPC knows of a request's members; null: it is not there.
struct Members {
  explicit Members(json& request) {
    for (auto& [key, value] : request.get_ref<json::object_t&>()) {
      if (key == "jsonrpc") version = &value;
      if (key == "id") id = &value;
      if (key == "method") method = &value;
      if (key == "params") params = &value;
    }
  }
  json *version = nullptr, *id = nullptr, *method = nullptr, *params = nullptr;
};

std::optional<RpcError> find_fault(const Members& request) {
  if (!request.version || !request.version->is_string() ||
      request.version->get_ref<const std::string&>() != "2.0")
    return no_request("jsonrpc must be \"2.0\"");
  if (!request.method || !request.method->is_string())
    return no_request("method must be a string");
  if (request.params && !request.params->is_structured())
    return no_request("params must be an array or an object");
  return std::nullopt;
}

// As it was written. A number without sign, point and exponent is written in one
// way only.
std::string id_text(const json& id, std::string_view request) {
  if (id.is_number_unsigned()) return std::to_string(id.get<std::uint64_t>());
  const auto written = raw_member(request, "id");
  return written ? std::string(*written) : dump(id);
}

// What cannot be run is answered even without an id, with null, as the
// specification has it.
RpcCall refused(std::string id, RpcError fault) {
  RpcCall call;
  call.id = id.empty() ? "null" : std::move(id);
  call.fault = std::move(fault);
  return call;
}

RpcCall make_call(json&& request, std::string_view raw) {
  if (!request.is_object())
    return refused("", no_request("a request is an object"));
  const Members members(request);
  if (members.id && members.id->is_structured())
    return refused("", no_request("id must be no object or array"));
  std::string id = members.id ? id_text(*members.id, raw) : std::string();
  if (auto fault = find_fault(members))
    return refused(std::move(id), std::move(*fault));
  RpcCall call;
  call.id = std::move(id);
  call.method = std::move(members.method->get_ref<std::string&>());
  if (members.params) call.params = std::move(*members.params);
  return call;
}

RpcError log_bug(const std::string& method, const std::exception& error) {
  log::error("RPC handler failed: " + method + ": " + error.what());
  return {rpc_code::internal, "internal error"};
}

asio::awaitable<RpcResult> run_guarded(RpcCall* call,
                                       const RpcHandler* handler) {
  const auto state = co_await asio::this_coro::cancellation_state;
  try {
    auto work = (*handler)(call->method, std::move(call->params));
    co_return co_await std::move(work);
  } catch (const std::exception& error) {
    // Being cancelled shows as an exception too, but is no bug.
    if (state.cancelled() == asio::cancellation_type::none)
      co_return log_bug(call->method, error);
  }
  co_return RpcError(rpc_code::internal, "cancelled");
}

std::string answer_of(const RpcCall& call, const RpcResult& result) {
  if (call.id.empty()) return "";
  return result ? result_answer(call.id, *result)
                : error_answer(call.id, result.error());
}

asio::awaitable<std::string> run(RpcCall* call, const RpcHandler* handler) {
  if (call->fault) co_return error_answer(call->id, *call->fault);
  const auto result = co_await run_guarded(call, handler);
  co_return answer_of(*call, result);
}

// The calls of a batch, and what they may still answer.
struct Batch {
  std::vector<RpcCall> calls;
  RpcHandler handler;
  std::vector<std::string> answers = std::vector<std::string>(calls.size());
  std::size_t room = kMaxBatchAnswer;  // bytes
};

asio::awaitable<void> run_within(Batch* batch, std::size_t index) {
  RpcCall& call = batch->calls[index];
  auto answer = co_await run(&call, &batch->handler);
  if (answer.size() > batch->room) {
    const RpcError too_large(rpc_code::limit_exceeded,
                             "the answers of this batch are too large");
    answer = error_answer(call.id, too_large);
  }
  batch->room -= std::min(batch->room, answer.size());
  batch->answers[index] = std::move(answer);
}

// All of [first, last) at the same time, which is at least one.
asio::awaitable<void> run_all(Batch* batch, std::size_t first,
                              std::size_t last) {
  using namespace asio::experimental::awaitable_operators;
  if (last - first == 1) {
    co_await run_within(batch, first);
    co_return;
  }
  const std::size_t middle = first + (last - first) / 2;
  auto left = run_all(batch, first, middle);
  auto right = run_all(batch, middle, last);
  co_await (std::move(left) && std::move(right));
}

asio::awaitable<std::string> answer_batch(std::vector<RpcCall> calls,
                                          RpcHandler handler) {
  Batch batch{std::move(calls), std::move(handler)};
  co_await run_all(&batch, 0, batch.calls.size());
  std::string answers;
  for (const auto& answer : batch.answers) {
    if (answer.empty()) continue;
    answers += (answers.empty() ? "[" : ",") + answer;
  }
  co_return answers.empty() ? answers : answers + "]";
}

RpcMessage no_message(RpcError fault) {
  RpcMessage message;
  message.fault = std::move(fault);
  return message;
}

}  // namespace

RpcMessage parse_rpc(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed)
    return no_message(
        {rpc_code::parse_error, "parse error: " + parsed.error().message});
  RpcMessage message;
  if (!parsed->is_array()) {
    message.calls.push_back(make_call(std::move(*parsed), text));
    return message;
  }
  if (parsed->empty() || parsed->size() > kMaxBatch)
    return no_message(
        {rpc_code::invalid_request,
         "a batch has 1 to " + std::to_string(kMaxBatch) + " requests"});
  message.is_batch = true;
  const auto raw = raw_elements(text);
  for (std::size_t i = 0; i < raw.size(); ++i)
    message.calls.push_back(make_call(std::move((*parsed)[i]), raw[i]));
  return message;
}

asio::awaitable<std::string> answer_rpc(RpcMessage message,
                                        RpcHandler handler) {
  if (message.fault) co_return rpc_error_text(*message.fault);
  if (message.is_batch) {
    auto batch = answer_batch(std::move(message.calls), std::move(handler));
    co_return co_await std::move(batch);
  }
  auto answer = co_await run(&message.calls.front(), &handler);
  co_return answer;
}

asio::awaitable<std::string> answer_rpc(const std::string& text,
                                        RpcHandler handler) {
  return answer_rpc(parse_rpc(text), std::move(handler));
}

std::optional<std::string> answer_rpc_at_once(const RpcMessage& message,
                                              const RpcAtOnce& handler) {
  if (message.fault || message.is_batch) return std::nullopt;
  const RpcCall& call = message.calls.front();
  if (call.fault) return std::nullopt;
  try {
    const auto result = handler(call.method, call.params);
    return result ? std::optional(answer_of(call, *result)) : std::nullopt;
  } catch (const std::exception& error) {
    return answer_of(call, log_bug(call.method, error));
  }
}

std::string rpc_error_text(const RpcError& error) {
  return error_answer("null", error);
}

std::string rpc_notification(std::string_view method, const json& params) {
  return R"({"jsonrpc":"2.0","method":)" + dump(method) + R"(,"params":)" +
         dump(params) + "}";
}

}  // namespace berth::server
