#include "server/json_rpc.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "registry/base/log.h"
#include "registry/base/strict_json.h"
#include "server/raw_json.h"

namespace berth::server {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

struct Call {
  std::string id;  // as JSON text; empty: a notification
  std::string method;
  json params = json::array();
  std::optional<RpcError> fault;  // it is no request: not to be run
  std::string answer;             // empty: none
};

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

std::optional<RpcError> find_fault(const json& request) {
  const auto fault = [](const char* message) {
    return RpcError(rpc_code::invalid_request, message);
  };
  if (request.value("jsonrpc", json()) != "2.0")
    return fault("jsonrpc must be \"2.0\"");
  const auto method = request.find("method");
  if (method == request.end() || !method->is_string())
    return fault("method must be a string");
  const auto params = request.find("params");
  if (params != request.end() && !params->is_structured())
    return fault("params must be an array or an object");
  return std::nullopt;
}

// What cannot be run is answered even without an id, with null, as the
// specification has it.
Call refused(std::string id, RpcError fault) {
  Call call;
  call.id = id.empty() ? "null" : std::move(id);
  call.fault = std::move(fault);
  return call;
}

Call make_call(json&& request, std::string_view raw) {
  const auto invalid = [](const char* message) {
    return refused("", {rpc_code::invalid_request, message});
  };
  if (!request.is_object()) return invalid("a request is an object");
  std::string id_text;
  if (const auto id = request.find("id"); id != request.end()) {
    if (id->is_structured()) return invalid("id must be no object or array");
    id_text = raw_member(raw, "id").value_or(dump(*id));
  }
  if (auto fault = find_fault(request))
    return refused(std::move(id_text), std::move(*fault));
  Call call;
  call.id = std::move(id_text);
  call.method = std::move(request["method"].get_ref<std::string&>());
  if (request.contains("params")) call.params = std::move(request["params"]);
  return call;
}

asio::awaitable<RpcResult> run_guarded(Call* call, const RpcHandler* handler) {
  const auto state = co_await asio::this_coro::cancellation_state;
  std::string problem;
  try {
    auto work = (*handler)(call->method, std::move(call->params));
    co_return co_await std::move(work);
  } catch (const std::exception& error) {
    problem = error.what();
  }
  // Being cancelled shows as an exception too, but is no bug.
  if (state.cancelled() == asio::cancellation_type::none)
    log::error("RPC handler failed: " + call->method + ": " + problem);
  co_return RpcError(rpc_code::internal, "internal error");
}

asio::awaitable<void> run(Call* call, const RpcHandler* handler) {
  if (call->fault) {
    call->answer = error_answer(call->id, *call->fault);
    co_return;
  }
  const auto result = co_await run_guarded(call, handler);
  if (call->id.empty()) co_return;
  call->answer = result ? result_answer(call->id, *result)
                        : error_answer(call->id, result.error());
}

// All of [first, last) at the same time, which is at least one.
asio::awaitable<void> run_all(Call* first, Call* last,
                              const RpcHandler* handler) {
  using namespace asio::experimental::awaitable_operators;
  if (last - first == 1) {
    co_await run(first, handler);
    co_return;
  }
  Call* middle = first + (last - first) / 2;
  auto left = run_all(first, middle, handler);
  auto right = run_all(middle, last, handler);
  co_await (std::move(left) && std::move(right));
}

asio::awaitable<std::string> answer_batch(json requests, std::string text,
                                          RpcHandler handler) {
  std::vector<Call> calls;
  const auto raw = raw_elements(text);
  for (std::size_t i = 0; i < raw.size(); ++i)
    calls.push_back(make_call(std::move(requests[i]), raw[i]));
  co_await run_all(calls.data(), calls.data() + calls.size(), &handler);
  std::string answers;
  for (const auto& call : calls) {
    if (call.answer.empty()) continue;
    answers += (answers.empty() ? "[" : ",") + call.answer;
  }
  co_return answers.empty() ? answers : answers + "]";
}

}  // namespace

asio::awaitable<std::string> answer_rpc(std::string text, RpcHandler handler) {
  auto parsed = parse_json(text);
  if (!parsed)
    co_return rpc_error_text(
        {rpc_code::parse_error, "parse error: " + parsed.error().message});
  if (!parsed->is_array()) {
    Call call = make_call(std::move(*parsed), text);
    co_await run(&call, &handler);
    co_return std::move(call.answer);
  }
  if (parsed->empty() || parsed->size() > kMaxBatch)
    co_return rpc_error_text(
        {rpc_code::invalid_request,
         "a batch has 1 to " + std::to_string(kMaxBatch) + " requests"});
  co_return co_await answer_batch(std::move(*parsed), std::move(text),
                                  std::move(handler));
}

std::string rpc_error_text(const RpcError& error) {
  return error_answer("null", error);
}

std::string rpc_notification(std::string_view method, const json& params) {
  return R"({"jsonrpc":"2.0","method":)" + dump(method) + R"(,"params":)" +
         dump(params) + "}";
}

}  // namespace berth::server
