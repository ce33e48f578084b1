// Any text as JSON-RPC. Every request gets one answer with its own id, byte for
// byte, a notification none, and nobody reads another request than we do.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "registry/base/strict_json.h"
#include "server/json_rpc.h"
#include "server/raw_json.h"
#include "tests/fuzz/json_keys.h"

namespace {

namespace asio = boost::asio;
using namespace berth;
using namespace berth::server;
using berth::fuzz::require;
using nlohmann::json;

asio::awaitable<RpcResult> handle(std::string method, json params) {
  if (method == "throw") throw std::runtime_error(method);
  if (method == "fail") co_return RpcError(rpc_code::rejected, method, params);
  co_return params;
}

std::string answer_to(std::string_view text) {
  asio::io_context io;
  std::string answer;
  bool answered = false;
  asio::co_spawn(io, answer_rpc(std::string(text), handle),
                 [&](const std::exception_ptr& error, std::string said) {
                   require(!error);
                   answered = true;
                   answer = std::move(said);
                 });
  io.run();
  require(answered);
  return answer;
}

// JSON-RPC 2.0 section 4, said another way.
bool is_request(const json& call) {
  return call.is_object() && call.contains("method") &&
         call["method"].is_string() && call.contains("jsonrpc") &&
         call["jsonrpc"] == "2.0" &&
         (!call.contains("params") || call["params"].is_structured()) &&
         (!call.contains("id") || !call["id"].is_structured());
}

bool is_notification(const json& call) {
  return is_request(call) && !call.contains("id");
}

json id_of(const json& call) {
  const bool usable =
      call.is_object() && call.contains("id") && !call["id"].is_structured();
  return usable ? call["id"] : json();
}

void require_error(const json& answer, int code) {
  require(answer.at("jsonrpc") == "2.0" && answer.size() == 3);
  require(answer.at("error").at("code") == code);
  require(answer.at("error").at("message").is_string());
}

void require_answer(const json& call, const json& answer) {
  require(answer.at("jsonrpc") == "2.0" && answer.size() == 3);
  require(answer.at("id") == id_of(call));
  if (!is_request(call))
    return require_error(answer, rpc_code::invalid_request);
  const auto& method = call["method"].get_ref<const std::string&>();
  const auto params = call.value("params", json::array());
  if (method == "throw") return require_error(answer, rpc_code::internal);
  if (method != "fail") return require(answer.at("result") == params);
  require_error(answer, rpc_code::rejected);
  require(answer.at("error").at("data") == params);
}

// Not only of the same value: a number may not survive a double.
void require_id_as_written(const json& call, std::string_view raw,
                           std::string_view raw_answer) {
  require(json::parse(raw) == call);
  if (!call.is_object()) return;
  const auto id = raw_member(raw, "id");
  if (!id || id_of(call).is_null()) return;
  require(json::parse(*id) == call["id"]);
  require(raw_member(raw_answer, "id") == *id);
}

void require_answers(const json& calls, std::string_view text,
                     const std::string& said) {
  const auto raw = raw_elements(text);
  require(raw.size() == calls.size());
  const auto answers = said.empty() ? json::array() : json::parse(said);
  require(said.empty() == answers.empty());
  const auto raw_answers =
      said.empty() ? std::vector<std::string_view>() : raw_elements(said);
  std::size_t next = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (is_notification(calls[i])) continue;
    require(next < answers.size());
    require_answer(calls[i], answers[next]);
    require_id_as_written(calls[i], raw[i], raw_answers[next]);
    ++next;
  }
  require(next == answers.size());
}

void require_right(std::string_view text, const std::string& said) {
  const auto request = parse_json(text);
  if (!request) return require_error(json::parse(said), rpc_code::parse_error);
  berth::fuzz::require_no_key_twice(text, *request);
  if (!request->is_array()) {
    require(said.empty() == is_notification(*request));
    if (said.empty()) return;
    require_answer(*request, json::parse(said));
    return require_id_as_written(*request, text, said);
  }
  if (request->empty() || request->size() > kMaxBatch)
    return require_error(json::parse(said), rpc_code::invalid_request);
  require_answers(*request, text, said);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto text = berth::fuzz::text_of(data, size);
  const auto said = answer_to(text);
  // What we say passes our own strictness; our envelope is one level more.
  if (!said.empty()) require(parse_json(said, 33).has_value());
  require_right(text, said);
  return 0;
}
