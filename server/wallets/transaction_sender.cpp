#include "server/wallets/transaction_sender.h"

#include <nlohmann/json.hpp>

namespace berth::server {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

std::string hex(ByteView bytes) { return "0x" + hex_encode(bytes); }

// What eth_estimateGas needs to know. Without fees: the estimate would demand
// that the account can pay them.
json call_of(const TransactionRequest& request) {
  json call = {{"from", to_hex(request.from)},
               {"value", to_quantity(request.value)},
               {"data", hex(request.data)}};
  if (request.to) call["to"] = to_hex(*request.to);
  if (!request.access_list.empty()) {
    json& list = call["accessList"] = json::array();
    for (const AccessListEntry& entry : request.access_list) {
      json keys = json::array();
      for (const Hash32& key : entry.storage_keys) keys.push_back(hex(key));
      list.push_back(
          {{"address", to_hex(entry.address)}, {"storageKeys", keys}});
    }
  }
  return call;
}

}  // namespace

asio::awaitable<RpcResult> TransactionSender::send(json params) {
  auto request = parse_transaction_request(params, chain_id_);
  if (!request) co_return request.error();
  const SecretKey* key = keys_.find(request->from);
  if (!key)
    co_return RpcError{
        rpc_code::unauthorized,
        to_checksum_hex(request->from) + " is no account of this wallet"};

  const auto lock = co_await one_at_a_time_.lock();
  auto problem = co_await node_.check_chain();
  if (problem) co_return *problem;
  auto transaction = co_await complete(std::move(*request));
  if (!transaction) co_return transaction.error();
  json raw = json::array(
      {hex(sign_transaction(*transaction, keys_.curve(), *key))});
  auto answer =
      co_await node_.request("eth_sendRawTransaction", std::move(raw));
  co_return answer;
}

asio::awaitable<TransactionSender::Completed> TransactionSender::complete(
    TransactionRequest request) {
  auto fee = co_await choose_fee(request);
  if (!fee) co_return fee.error();
  if (!request.gas) {
    json params = json::array({call_of(request)});
    auto gas = co_await node_.quantity("eth_estimateGas", std::move(params));
    if (!gas) co_return gas.error();
    request.gas = *gas;
  }
  if (!request.nonce) {
    json params = json::array({to_hex(request.from), "pending"});
    auto nonce =
        co_await node_.quantity("eth_getTransactionCount", std::move(params));
    if (!nonce) co_return nonce.error();
    request.nonce = *nonce;
  }
  co_return Transaction{chain_id_,
                        *request.nonce,
                        std::move(*fee),
                        *request.gas,
                        request.to,
                        request.value,
                        std::move(request.data),
                        std::move(request.access_list)};
}

asio::awaitable<TransactionSender::ChosenFee> TransactionSender::choose_fee(
    TransactionRequest request) {
  if (request.gas_price) co_return LegacyFee{*request.gas_price};
  if (request.max_fee && request.max_priority_fee)
    co_return MarketFee{*request.max_priority_fee, *request.max_fee};

  if (request.fee_kind != FeeKind::legacy) {
    auto block = co_await latest_block();
    if (!block) co_return block.error();
    std::optional<Number> base_fee;
    if (block->contains("baseFeePerGas"))
      base_fee = parse_quantity((*block)["baseFeePerGas"].get<std::string>());
    if (base_fee) {
      auto fee =
          co_await choose_market_fee(std::move(request), std::move(*base_fee));
      co_return fee;
    }
    if (request.fee_kind == FeeKind::market)
      co_return RpcError{rpc_code::invalid_params,
                         "this chain has no fee market (EIP-1559): send "
                         "gasPrice instead of maxFeePerGas"};
  }
  json no_params = json::array();
  auto price = co_await node_.quantity("eth_gasPrice", std::move(no_params));
  if (!price) co_return price.error();
  co_return LegacyFee{*price};
}

asio::awaitable<TransactionSender::ChosenFee>
TransactionSender::choose_market_fee(TransactionRequest request,
                                     Number base_fee) {
  MarketFee fee;
  if (request.max_priority_fee) {
    fee.max_priority_fee = *request.max_priority_fee;
  } else {
    auto priority = co_await priority_fee(base_fee);
    if (!priority) co_return priority.error();
    fee.max_priority_fee = *priority;
  }
  // Twice the base fee covers six full blocks in a row, each 1/8 dearer.
  fee.max_fee = request.max_fee ? *request.max_fee
                                : Number(base_fee * 2 + fee.max_priority_fee);
  if (!request.max_priority_fee && fee.max_priority_fee > fee.max_fee)
    fee.max_priority_fee = fee.max_fee;
  co_return fee;
}

asio::awaitable<TransactionSender::Answer> TransactionSender::priority_fee(
    Number base_fee) {
  json no_params = json::array();
  auto priority =
      co_await node_.quantity("eth_maxPriorityFeePerGas", no_params);
  const bool unknown =
      !priority && (priority.error().code == rpc_code::method_not_found ||
                    priority.error().code == rpc_code::unsupported);
  if (!unknown) co_return priority;
  // Older nodes: what they would ask for in all, less the base fee.
  auto price = co_await node_.quantity("eth_gasPrice", no_params);
  if (!price) co_return price.error();
  co_return *price > base_fee ? Number(*price - base_fee) : Number(0);
}

asio::awaitable<RpcResult> TransactionSender::latest_block() {
  json params = json::array({"latest", false});
  auto block =
      co_await node_.request("eth_getBlockByNumber", std::move(params));
  if (!block) co_return block;
  const bool fits =
      block->is_object() && (!block->contains("baseFeePerGas") ||
                             (*block)["baseFeePerGas"].is_string());
  if (!fits)
    co_return RpcError{rpc_code::internal,
                       "upstream " + node_.upstream().display_name() +
                           " answered eth_getBlockByNumber with no block"};
  co_return block;
}

}  // namespace berth::server
