#include "server/wallets/node.h"

#include <nlohmann/json.hpp>

namespace berth::server {

namespace asio = boost::asio;
using nlohmann::json;

Node::Node(std::unique_ptr<Upstream> upstream, std::uint64_t chain_id)
    : upstream_(std::move(upstream)), chain_id_(chain_id) {}

asio::awaitable<RpcResult> Node::request(std::string method, json params) {
  if (stopped_)
    co_return RpcError{rpc_code::disconnected,
                       method + " was not sent: the wallet is stopping"};
  auto answer =
      co_await upstream_->request(std::move(method), std::move(params));
  co_return answer;
}

asio::awaitable<boost::system::result<Number, RpcError>> Node::quantity(
    std::string method, json params) {
  auto answer = co_await request(method, std::move(params));
  if (!answer) co_return answer.error();
  std::optional<Number> number;
  if (answer->is_string())
    number = parse_quantity(answer->get_ref<const std::string&>());
  if (!number)
    co_return RpcError{rpc_code::internal,
                       "upstream " + upstream_->display_name() + " answered " +
                           method + " with no quantity"};
  co_return std::move(*number);
}

asio::awaitable<std::optional<RpcError>> Node::check_chain() {
  json no_params = json::array();
  auto chain = co_await quantity("eth_chainId", std::move(no_params));
  std::optional<RpcError> error;
  if (!chain) {
    error = chain.error();
  } else if (*chain != chain_id_) {
    error = RpcError{rpc_code::chain_disconnected,
                     "upstream " + upstream_->display_name() + " is on chain " +
                         chain->str() + ", this wallet on chain " +
                         std::to_string(chain_id_) +
                         ": nothing is sent until they agree"};
  }
  chain_problem_ = error ? error->message : "";
  co_return error;
}

std::string Node::problem() const {
  if (!upstream_->connected())
    return "upstream " + upstream_->display_name() + " is not connected";
  return chain_problem_;
}

asio::awaitable<void> Node::stop() {
  stopped_ = true;
  co_await upstream_->stop();
}

}  // namespace berth::server
