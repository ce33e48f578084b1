// JSON-RPC 2.0 as a client speaks it to an upstream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "registry/base/result.h"
#include "server/rpc_error.h"

namespace berth::server {

// Deep enough for call traces and typed data; a deeper text is refused.
inline constexpr std::size_t kMaxAnswerDepth = 128;

[[nodiscard]] std::string encode_request(std::uint64_t id,
                                         const std::string& method,
                                         const nlohmann::json& params);

// The result or the error that an answer holds (JSON-RPC 2.0 section 5).
// Errc::invalid when it is no answer. A null `error` beside a result is let
// through: older nodes send one.
[[nodiscard]] Result<RpcResult> decode_answer(const nlohmann::json& message);

// Whether a person may have to decide before the answer comes.
[[nodiscard]] bool waits_for_person(const std::string& method);

}  // namespace berth::server
