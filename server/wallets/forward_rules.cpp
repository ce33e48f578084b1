#include "server/wallets/forward_rules.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace berth::server {
namespace {

using nlohmann::json;

// admin_, debug_, miner_, engine_, txpool_, anvil_, hardhat_, evm_, personal_
// and the like are not among them. linea_ and zks_ are reads that libraries
// make to price a transaction on those chains.
constexpr std::string_view kForwarded[] = {"eth_",    "net_",   "web3_",
                                           "wallet_", "linea_", "zks_"};

// Methods of development nodes, in a namespace that is forwarded, that act for
// an account without its signature.
constexpr std::string_view kNodeOnly[] = {"eth_sendUnsignedTransaction"};

constexpr std::string_view kSends[] = {
    "eth_sendTransaction", "eth_sendRawTransaction",
    "eth_sendRawTransactionSync", "eth_signTransaction", "wallet_sendCalls"};

template <class List>
bool contains(const List& list, std::string_view method) {
  return std::find(std::begin(list), std::end(list), method) != std::end(list);
}

}  // namespace

bool may_forward(std::string_view method) {
  if (method == "personal_sign") return true;
  if (contains(kNodeOnly, method)) return false;
  return std::any_of(
      std::begin(kForwarded), std::end(kForwarded),
      [method](std::string_view prefix) { return method.starts_with(prefix); });
}

bool sends(std::string_view method) { return contains(kSends, method); }

bool is_unsupported(const RpcResult& result) {
  if (result) return false;
  const auto code = result.error().code;
  // anvil (1.7) over WebSocket and IPC says invalid params of what it does not
  // know; the methods this is asked for have none that could be wrong.
  return code == rpc_code::method_not_found || code == rpc_code::unsupported ||
         code == rpc_code::invalid_params;
}

std::optional<std::string> quantity(const json& value) {
  if (!value.is_string()) return std::nullopt;
  auto text = value.get<std::string>();
  if (text.size() < 3 || !text.starts_with("0x")) return std::nullopt;
  std::string digits;
  for (const char c : text.substr(2)) {
    if (!std::isxdigit(static_cast<unsigned char>(c))) return std::nullopt;
    if (c == '0' && digits.empty()) continue;
    digits += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return "0x" + (digits.empty() ? "0" : digits);
}

std::optional<std::string> chain_of(const json& params) {
  if (!params.is_array() || params.empty() || !params[0].is_object())
    return std::nullopt;
  return quantity(params[0].value("chainId", json()));
}

}  // namespace berth::server
