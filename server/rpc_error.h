// A JSON-RPC error as a value. Codes: JSON-RPC 2.0 section 5.1, EIP-1193
// "Provider Errors", EIP-1474 for -32005 and -32002.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>

namespace berth::server {

namespace rpc_code {
inline constexpr int rejected = 4001;
inline constexpr int unauthorized = 4100;
inline constexpr int unsupported = 4200;
inline constexpr int disconnected = 4900;
inline constexpr int chain_disconnected = 4901;
inline constexpr int unknown_chain = 4902;
inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int method_not_found = -32601;
inline constexpr int invalid_params = -32602;
inline constexpr int internal = -32603;
inline constexpr int already_pending = -32002;
inline constexpr int limit_exceeded = -32005;
}  // namespace rpc_code

struct RpcError {
  int code = rpc_code::internal;
  std::string message;
  nlohmann::json data;  // null: left out of the answer

  RpcError() = default;
  RpcError(int c, std::string m, nlohmann::json d = nullptr)
      : code(c), message(std::move(m)), data(std::move(d)) {}
};

// What happened, and when to try again.
inline RpcError limit_exceeded(std::string message,
                               std::chrono::milliseconds wait) {
  return {rpc_code::limit_exceeded,
          std::move(message),
          {{"retry_after_ms", wait.count()}}};
}

inline std::ostream& operator<<(std::ostream& out, const RpcError& error) {
  return out << error.code << " " << error.message;
}

// `result` on success: any JSON value.
using RpcResult = boost::system::result<nlohmann::json, RpcError>;

// Found by boost::system::result when value() is called on an error.
[[noreturn]] inline void throw_exception_from_error(
    const RpcError& error, const boost::source_location&) {
  throw std::runtime_error(error.message);
}

}  // namespace berth::server
