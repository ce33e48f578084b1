// Typed structured data (EIP-712), as eth_signTypedData_v4 signs it.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "registry/proof/hash.h"
#include "server/rpc_error.h"

namespace berth::server {

// The digest to sign of `document` {types, primaryType, domain, message}.
//
// As MetaMask does: a domain that names another chain than `chain_id` is
// refused; members that the types don't name are not signed and ignored; a
// struct that is null or missing (the end of a recursive type) is 32 zero
// bytes; primaryType "EIP712Domain" signs the domain alone. Stricter than
// MetaMask: types.EIP712Domain must be there, and values must have exactly
// their type: no numbers that JSON has rounded, no bytesN of another length,
// no address with a wrong checksum; no more types and dimensions than
// eip712::Types has it.
//
// -32602, whose message starts with the path of what is wrong:
// "message.to.wallet: ...".
[[nodiscard]] boost::system::result<Hash32, RpcError> typed_data_digest(
    const nlohmann::json& document, std::uint64_t chain_id);

}  // namespace berth::server
