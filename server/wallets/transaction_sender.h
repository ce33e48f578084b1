// eth_sendTransaction: fills the gaps of a transaction from the upstream,
// signs it and sends it. One thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "server/rpc_error.h"
#include "server/wallets/async_mutex.h"
#include "server/wallets/key_ring.h"
#include "server/wallets/node.h"
#include "server/wallets/transaction_request.h"

namespace berth::server {

class TransactionSender {
 public:
  // `node` and `keys` must outlive the sender.
  TransactionSender(Node& node, const KeyRing& keys, std::uint64_t chain_id)
      : node_(node), keys_(keys), chain_id_(chain_id) {}

  // The transaction's hash, as the upstream answers it. One send after the
  // other, from the question for the nonce to the upstream's answer: two at
  // the same moment would get the same nonce. 4100 for a sender that is not
  // ours, 4901 when the upstream is on another chain.
  boost::asio::awaitable<RpcResult> send(nlohmann::json params);

 private:
  using Completed = boost::system::result<Transaction, RpcError>;
  using Fee = decltype(Transaction::fee);
  using ChosenFee = boost::system::result<Fee, RpcError>;
  using Answer = boost::system::result<Number, RpcError>;

  boost::asio::awaitable<Completed> complete(TransactionRequest request);
  boost::asio::awaitable<ChosenFee> choose_fee(TransactionRequest request);
  boost::asio::awaitable<ChosenFee> choose_market_fee(
      TransactionRequest request, Number base_fee);
  boost::asio::awaitable<Answer> priority_fee(Number base_fee);
  boost::asio::awaitable<RpcResult> latest_block();

  Node& node_;
  const KeyRing& keys_;
  std::uint64_t chain_id_;
  AsyncMutex one_at_a_time_;
};

}  // namespace berth::server
