// The parameters of the methods that sign a message.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "registry/base/encoding.h"
#include "server/rpc_error.h"
#include "server/wallets/secp256k1.h"

namespace berth::server {

struct SignRequest {
  Address from{};
  Hash32 digest{};
};
using ParsedSignRequest = boost::system::result<SignRequest, RpcError>;

// EIP-191 version 0x45: what personal_sign signs.
[[nodiscard]] Hash32 personal_digest(ByteView message);

struct PersonalMessage {
  Address from{};
  Bytes bytes;
};

// [data, address]; as MetaMask does, [address, data] is understood too. `data`
// is "0x" and hex bytes, or, when it does not read as that, plain text.
[[nodiscard]] boost::system::result<PersonalMessage, RpcError>
parse_personal_message(const nlohmann::json& params);
[[nodiscard]] ParsedSignRequest parse_personal_sign(
    const nlohmann::json& params);

// The typed data of [address, typed data as an object or as JSON text].
[[nodiscard]] boost::system::result<nlohmann::json, RpcError> typed_document(
    const nlohmann::json& params);

// The same with its digest. See typed_data_digest().
[[nodiscard]] ParsedSignRequest parse_sign_typed_data(
    const nlohmann::json& params, std::uint64_t chain_id);

}  // namespace berth::server
