// The methods of DevWallet that answer at once.
#include <nlohmann/json.hpp>
#include <string_view>
#include <unordered_map>

#include "server/permissions.h"
#include "server/wallets/dev_wallet.h"
#include "server/wallets/sign_request.h"

namespace berth::server {
namespace {

using nlohmann::json;

RpcError invalid(const std::string& message) {
  return RpcError{rpc_code::invalid_params, message};
}

// `chainId` of [{"chainId": "0x..."}].
boost::system::result<Number, RpcError> chain_in(const std::string& method,
                                                 const json& params) {
  std::optional<Number> chain;
  if (params.is_array() && !params.empty() && params[0].is_object() &&
      params[0].contains("chainId") && params[0]["chainId"].is_string())
    chain = parse_quantity(params[0]["chainId"].get_ref<const std::string&>());
  if (!chain) return invalid(method + ": expected [{\"chainId\": \"0x...\"}]");
  return *chain;
}

}  // namespace

DevWallet::Method DevWallet::find_method(const std::string& name) {
  static const std::unordered_map<std::string_view, Method> kMethods = {
      {"eth_accounts", &DevWallet::accounts},
      {"eth_requestAccounts", &DevWallet::accounts},
      {"eth_chainId", &DevWallet::answer_chain_id},
      {"net_version", &DevWallet::net_version},
      {"web3_clientVersion", &DevWallet::client_version},
      {"personal_sign", &DevWallet::personal_sign},
      {"eth_signTypedData_v4", &DevWallet::sign_typed_data},
      {"wallet_switchEthereumChain", &DevWallet::switch_chain},
      {"wallet_addEthereumChain", &DevWallet::add_chain},
      {"wallet_watchAsset", &DevWallet::watch_asset},
      {"wallet_getPermissions", &DevWallet::get_permissions},
      {"wallet_requestPermissions", &DevWallet::request_permissions},
      {"wallet_revokePermissions", &DevWallet::revoke_permissions},
  };
  const auto found = kMethods.find(name);
  return found == kMethods.end() ? nullptr : found->second;
}

json DevWallet::account_list() const {
  json list = json::array();
  for (const Address& address : keys_.addresses())
    list.push_back(to_hex(address));
  return list;
}

RpcResult DevWallet::accounts(const json&) { return account_list(); }

RpcResult DevWallet::answer_chain_id(const json&) {
  return json(chain_quantity_);
}

RpcResult DevWallet::net_version(const json&) {
  return json(std::to_string(chain_id_));
}

RpcResult DevWallet::client_version(const json&) {
  return json("Berth/" BERTH_VERSION);
}

RpcResult DevWallet::sign(const SignRequest& request) const {
  const SecretKey* key = keys_.find(request.from);
  if (!key)
    return RpcError{
        rpc_code::unauthorized,
        to_checksum_hex(request.from) + " is no account of this wallet"};
  return json(keys_.curve().sign(*key, request.digest).to_hex());
}

RpcResult DevWallet::personal_sign(const json& params) {
  const auto request = parse_personal_sign(params);
  if (!request) return request.error();
  return sign(*request);
}

RpcResult DevWallet::sign_typed_data(const json& params) {
  const auto request = parse_sign_typed_data(params, chain_id_);
  if (!request) return request.error();
  return sign(*request);
}

RpcResult DevWallet::switch_chain(const json& params) {
  const auto chain = chain_in("wallet_switchEthereumChain", params);
  if (!chain) return chain.error();
  if (*chain == chain_id_) return json();
  return RpcError{rpc_code::unknown_chain, "this wallet is on chain " +
                                               std::to_string(chain_id_) +
                                               " only, not on " + chain->str()};
}

RpcResult DevWallet::add_chain(const json& params) {
  const auto chain = chain_in("wallet_addEthereumChain", params);
  if (!chain) return chain.error();
  if (*chain == chain_id_) return json();
  return RpcError{rpc_code::unsupported,
                  "this wallet stays on chain " + std::to_string(chain_id_) +
                      ": for chain " + chain->str() +
                      " make a profile with `berth profile create NAME "
                      "--chain-id " +
                      chain->str() + "`"};
}

RpcResult DevWallet::watch_asset(const json&) { return json(true); }

RpcResult DevWallet::get_permissions(const json&) {
  return permissions_for(account_list());
}

RpcResult DevWallet::request_permissions(const json& params) {
  if (!params.is_array() || params.size() != 1 || !params[0].is_object() ||
      params[0].empty())
    return invalid(
        "wallet_requestPermissions: expected [{\"eth_accounts\": {}}]");
  for (const auto& [name, caveats] : params[0].items())
    if (name != "eth_accounts")
      return invalid("wallet_requestPermissions: no permission \"" + name +
                     "\", only eth_accounts");
  return get_permissions(params);
}

RpcResult DevWallet::revoke_permissions(const json&) { return json(); }

}  // namespace berth::server
