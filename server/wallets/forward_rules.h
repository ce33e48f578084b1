// What the forward wallet makes of a method's name and of an upstream's words.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "server/rpc_error.h"

namespace berth::server {

// Whether a dApp may ask it of an upstream at all. By what is allowed, not by
// what is refused: a node's next administration namespace is refused unseen.
[[nodiscard]] bool may_forward(std::string_view method);

// Whether it puts something on a chain, or signs what can be put there.
[[nodiscard]] bool sends(std::string_view method);

// Whether the upstream says that it does not know the method.
[[nodiscard]] bool is_unsupported(const RpcResult& result);

// A quantity (EIP-1474: "0x", hex digits) in lower case without leading zeros;
// nullopt for anything else.
[[nodiscard]] std::optional<std::string> quantity(const nlohmann::json& value);

// `chainId` of wallet_switchEthereumChain's params (EIP-3326).
[[nodiscard]] std::optional<std::string> chain_of(const nlohmann::json& params);

}  // namespace berth::server
