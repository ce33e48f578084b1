// The parameters of eth_sendTransaction: a transaction with gaps.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "server/rpc_error.h"
#include "server/wallets/transaction.h"

namespace berth::server {

// How the sender wants to pay; decided by `type` or by the fees that are there.
enum class FeeKind { undecided, legacy, market };

struct TransactionRequest {
  Address from{};
  std::optional<Address> to;
  Number value = 0;
  Bytes data;
  std::vector<AccessListEntry> access_list;
  FeeKind fee_kind = FeeKind::undecided;
  std::optional<Number> nonce;
  std::optional<Number> gas;
  std::optional<Number> gas_price;
  std::optional<Number> max_fee;
  std::optional<Number> max_priority_fee;
};

// From [{from, to, value, data or input, gas, nonce, gasPrice,
// maxFeePerGas, maxPriorityFeePerGas, accessList, type, chainId}]. null is as
// good as missing. -32602 whose message starts with the path of what is wrong;
// a chainId other than `chain_id` is wrong too, and so are types other than 0
// and 2.
[[nodiscard]] boost::system::result<TransactionRequest, RpcError>
parse_transaction_request(const nlohmann::json& params, std::uint64_t chain_id);

}  // namespace berth::server
