// A JSON-RPC error as a value, the dApp's side of it. Codes: EIP-1193 "Provider
// Errors", JSON-RPC 2.0 section 5.1, EIP-1474 for -32005.
#pragma once

#include <boost/system/result.hpp>
#include <nlohmann/json.hpp>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>

namespace berth::provider {

namespace rpc_code {
inline constexpr int disconnected = 4900;
inline constexpr int invalid_request = -32600;
inline constexpr int internal = -32603;
inline constexpr int limit_exceeded = -32005;
}  // namespace rpc_code

struct RpcError {
  int code = rpc_code::internal;
  std::string message;  // from the instance: print it with visible()
  nlohmann::json data;  // null: there was none

  RpcError() = default;
  RpcError(int c, std::string m, nlohmann::json d = nullptr)
      : code(c), message(std::move(m)), data(std::move(d)) {}
};

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

}  // namespace berth::provider
