#include "server/wallets/rpc_wire.h"

#include <nlohmann/json.hpp>

namespace berth::server {
namespace {

using nlohmann::json;

Result<RpcResult> decode_error(const json& error) {
  const auto code = error.find("code");
  const auto message = error.find("message");
  if (code == error.end() || !code->is_number_integer() ||
      message == error.end() || !message->is_string())
    return Error{Errc::invalid, "an error without code and message"};
  return RpcResult(RpcError(code->get<int>(), message->get<std::string>(),
                            error.value("data", json())));
}

}  // namespace

std::string encode_request(std::uint64_t id, const std::string& method,
                           const json& params) {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":)" +
         json(method).dump() + R"(,"params":)" + params.dump() + "}";
}

Result<RpcResult> decode_answer(const json& message) {
  if (!message.is_object()) return Error{Errc::invalid, "not a JSON object"};
  const auto error = message.find("error");
  if (error != message.end() && error->is_object()) return decode_error(*error);
  const auto result = message.find("result");
  if (result == message.end())
    return Error{Errc::invalid, "neither a result nor an error"};
  return RpcResult(*result);
}

bool waits_for_person(const std::string& method) {
  return method == "eth_sendTransaction" || method == "personal_sign" ||
         method == "eth_requestAccounts" || method.starts_with("eth_sign") ||
         method.starts_with("wallet_");
}

}  // namespace berth::server
