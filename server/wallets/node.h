// An upstream that is expected to be on one chain. One thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "server/rpc_error.h"
#include "server/wallets/number.h"
#include "server/wallets/upstream.h"

namespace berth::server {

class Node {
 public:
  Node(std::unique_ptr<Upstream> upstream, std::uint64_t chain_id);

  [[nodiscard]] Upstream& upstream() { return *upstream_; }

  // As Upstream::request; 4900 after stop().
  boost::asio::awaitable<RpcResult> request(std::string method,
                                            nlohmann::json params);
  // The same where the answer is a quantity; -32603 when it is none.
  boost::asio::awaitable<boost::system::result<Number, RpcError>> quantity(
      std::string method, nlohmann::json params);

  // Asks the upstream for its chain: nullopt when it is the expected one, 4901
  // for another, else the reason it could not tell. problem() remembers it.
  boost::asio::awaitable<std::optional<RpcError>> check_chain();

  // Why nothing can be sent, for people; empty when all is well.
  [[nodiscard]] std::string problem() const;

  boost::asio::awaitable<void> stop();

 private:
  std::unique_ptr<Upstream> upstream_;
  std::uint64_t chain_id_;
  std::string chain_problem_;
  bool stopped_ = false;
};

}  // namespace berth::server
