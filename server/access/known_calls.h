// The calls of token contracts that a person must understand before signing:
// they move what one has, or let somebody else move it. Pure; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "registry/proof/hash.h"

namespace berth::server {

// What a transaction's data calls: {function: "approve(address,uint256)",
// arguments: [{name, type, value}]}, every value a string, numbers in decimal;
// for some with a `note` on how to read it. nullopt: no known call, or not
// exactly what the contract ABI makes of one. That `to` is such a contract, and
// that it does what its standard says, is not known.
[[nodiscard]] std::optional<nlohmann::json> decode_call(ByteView data);

}  // namespace berth::server
