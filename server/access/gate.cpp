#include "server/access/gate.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "registry/base/log.h"
#include "server/permissions.h"

namespace berth::server {
namespace {

using nlohmann::json;

bool contains(const Accounts& accounts, const std::string& account) {
  return std::find(accounts.begin(), accounts.end(), account) !=
         accounts.end();
}

RpcError not_granted(const std::string& origin) {
  return {rpc_code::unauthorized,
          "this origin was not granted this profile: " + origin};
}

RpcError from(const Error& error) {
  return {rpc_code::internal, error.message};
}

// Those of `list` that are in `accounts`, in the order of `list`.
json only(const Accounts& accounts, const json& list) {
  json kept = json::array();
  for (const auto& item : list)
    if (item.is_string() &&
        contains(accounts,
                 canonical_account(item.get_ref<const std::string&>())))
      kept.push_back(item);
  return kept;
}

}  // namespace

Gate::Gate(Wallet& wallet, Grants& grants, Approvals& approvals, Timers& timers,
           Approve approve, const AccessLimits& limits,
           Grants::OnChange on_change)
    : wallet_(wallet),
      grants_(grants),
      approvals_(approvals),
      approve_(approve),
      sensitive_(
          timers,
          {{limits.sensitive_per_second, limits.sensitive_burst},
           {limits.sensitive_per_minute / 60, limits.sensitive_per_minute},
           {limits.sensitive_per_hour / 3600, limits.sensitive_per_hour}}) {
  grants_.on_change([this, on_change](const std::string& origin) {
    if (grants_.accounts(origin).empty()) approvals_.withdraw(origin);
    on_change(origin);
  });
}

asio::awaitable<RpcResult> Gate::request(Caller caller, std::string method,
                                         json params) {
  if (caller.origin) {
    auto answer = co_await page(std::move(caller), std::move(method),
                                std::move(params));
    co_return answer;
  }
  if (asks_programs(method)) {
    auto question = make_question(method, params);
    if (!question) co_return question.error();
    auto allowed = co_await ask(std::move(caller), std::move(*question));
    if (!allowed) co_return allowed.error();
  }
  auto answer = co_await wallet_.request(std::move(method), std::move(params));
  co_return answer;
}

std::optional<RpcResult> Gate::answer_at_once(const Caller& caller,
                                              const std::string& method,
                                              const json& params) {
  if (caller.origin || asks_programs(method)) return std::nullopt;
  return wallet_.answer_at_once(method, params);
}

// What the wallet does not know it refuses itself: nobody is asked.
bool Gate::asks_programs(const std::string& method) const {
  return approve_ == Approve::ask && !kind_of(method).empty() &&
         wallet_.knows(method);
}

asio::awaitable<RpcResult> Gate::page(Caller caller, std::string method,
                                      json params) {
  const std::string origin = *caller.origin;
  if (method == "eth_accounts") co_return json(grants_.accounts(origin));
  if (method == "wallet_getPermissions") co_return permissions(origin);
  if (method == "wallet_revokePermissions") co_return revoke(origin);
  const bool permission = method == "wallet_requestPermissions";
  if (permission && !asks_for_accounts(params))
    co_return RpcError(rpc_code::invalid_params,
                       "wallet_requestPermissions: ask for "
                       "[{\"eth_accounts\":{}}]; there is no other");
  auto answer = permission || method == "eth_requestAccounts"
                    ? request_accounts(std::move(caller), std::move(method))
                    : granted(std::move(caller), std::move(method),
                              std::move(params));
  auto result = co_await std::move(answer);
  co_return result;
}

asio::awaitable<RpcResult> Gate::granted(Caller caller, std::string method,
                                         json params) {
  const std::string origin = *caller.origin;
  if (grants_.accounts(origin).empty()) co_return not_granted(origin);
  const auto kind = kind_of(method);
  // Whose account such a method uses is not known, so no grant covers it.
  if (kind == "other" || !wallet_.knows(method))
    co_return RpcError(rpc_code::unsupported,
                       "not supported for pages: " + method);
  if (!kind.empty()) {
    auto question = make_question(method, params);
    if (!question) co_return question.error();
    const std::string account = question->account;
    if (auto refused = refuse(origin, account)) co_return *refused;
    auto allowed = co_await ask(std::move(caller), std::move(*question));
    if (!allowed) co_return allowed.error();
    // Revoked between the decision and now.
    if (auto refused = refuse(origin, account)) co_return *refused;
  }
  auto answer = co_await wallet_.request(std::move(method), std::move(params));
  co_return answer;
}

std::optional<RpcError> Gate::refuse(const std::string& origin,
                                     const std::string& account) const {
  const auto accounts = grants_.accounts(origin);
  if (accounts.empty()) return not_granted(origin);
  if (account.empty() || contains(accounts, account))
    return std::nullopt;
  return RpcError(rpc_code::unauthorized,
                  "this origin was not granted the account " + account);
}

asio::awaitable<RpcResult> Gate::request_accounts(Caller caller,
                                                  std::string method) {
  const std::string origin = *caller.origin;
  if (grants_.accounts(origin).empty()) {
    auto allowed = co_await ask_for_grant(std::move(caller), method);
    if (!allowed) co_return allowed.error();
  }
  if (method == "eth_requestAccounts")
    co_return json(grants_.accounts(origin));
  co_return permissions(origin);
}

asio::awaitable<Gate::Allowed> Gate::ask_for_grant(Caller caller,
                                                   std::string method) {
  const std::string origin = *caller.origin;
  auto accounts = co_await wallet_accounts();
  // Without the reason: the page may not learn of the upstream yet.
  if (!accounts)
    co_return RpcError(rpc_code::disconnected,
                       "the wallet cannot tell its accounts now");
  Question question;
  question.kind = "accounts";
  question.method = std::move(method);
  question.content = {{"accounts", *accounts}};
  auto allowed = co_await ask(std::move(caller), std::move(question));
  if (!allowed) co_return allowed;
  auto granted = grants_.grant(origin, std::move(*accounts));
  if (granted) co_return Allowed();
  log::error("no grant for " + origin + ": " + granted.error().message);
  co_return RpcError(rpc_code::internal, "the grant could not be kept");
}

asio::awaitable<Gate::Allowed> Gate::ask(Caller caller, Question question) {
  if (caller.origin) {
    if (const auto wait = sensitive_.take(*caller.origin)) {
      ++asked_too_often_;
      co_return limit_exceeded("this page asks its user too often", *wait);
    }
  }
  if (approve_ == Approve::always) co_return Allowed();
  question.origin = caller.origin;
  question.chain_id = wallet_.chain_id().value_or("");
  auto allowed =
      co_await approvals_.ask(caller.listener, std::move(question));
  co_return allowed;
}

asio::awaitable<Result<Accounts>> Gate::wallet_accounts() {
  json nothing = json::array();
  const std::string method = "eth_accounts";
  auto answer = co_await wallet_.request(method, std::move(nothing));
  if (!answer) co_return Error{Errc::unavailable, answer.error().message};
  Accounts accounts;
  if (answer->is_array())
    for (const auto& item : *answer)
      if (item.is_string())
        accounts.push_back(
            canonical_account(item.get_ref<const std::string&>()));
  std::erase(accounts, "");
  if (accounts.empty())
    co_return Error{Errc::unavailable, "the wallet has no accounts"};
  co_return accounts;
}

asio::awaitable<Result<void>> Gate::grant(std::string origin,
                                          Accounts accounts) {
  auto all = co_await wallet_accounts();
  if (!all) co_return all.error();
  if (accounts.empty()) accounts = *all;
  for (const auto& account : accounts)
    if (!contains(*all, canonical_account(account)))
      co_return Error{Errc::invalid, "no account of this wallet: " + account};
  co_return grants_.grant(origin, std::move(accounts));
}

RpcResult Gate::permissions(const std::string& origin) const {
  json list = permissions_for(grants_.accounts(origin));
  for (auto& permission : list) permission["invoker"] = origin;
  return list;
}

RpcResult Gate::revoke(const std::string& origin) {
  auto revoked = grants_.revoke(origin);
  if (revoked) return json();
  log::error(revoked.error().message);
  return from(revoked.error());
}

std::optional<json> Gate::event_for(const std::string& origin,
                                    const std::string& event,
                                    const json& params) const {
  const auto accounts = grants_.accounts(origin);
  if (accounts.empty()) return std::nullopt;
  return event == "accountsChanged" ? only(accounts, params) : params;
}

}  // namespace berth::server
