// Between who asks and the wallet: what a page was granted, and what a person
// is asked before it is done. One thread.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "server/access/approvals.h"
#include "server/access/grants.h"
#include "server/access/limits.h"
#include "server/http/rate_limit.h"
#include "server/wallet.h"

namespace berth::server {

// Who is not asked before a signature.
enum class Approve {
  ask,     // nobody: every signature is a question
  native,  // the user's own programs
  always,  // everybody, pages too
};

class Gate {
 public:
  // References must outlive it. Takes the change handler of `grants`: an
  // origin that loses its grant loses its questions, then `on_change` is told.
  Gate(Wallet& wallet, Grants& grants, Approvals& approvals, Timers& timers,
       Approve approve, const AccessLimits& limits,
       Grants::OnChange on_change);

  // Answers one request, by the wallet where `caller` may have it done. A page
  // without a grant gets 4100 for everything but the question for a grant.
  asio::awaitable<RpcResult> request(Caller caller, std::string method,
                                     nlohmann::json params);

  // The same for what waits for nobody; nullopt: request() answers it.
  [[nodiscard]] std::optional<RpcResult> answer_at_once(
      const Caller& caller, const std::string& method,
      const nlohmann::json& params);

  // Grants `accounts` of the wallet, all where there are none, without asking:
  // somebody who may administer has decided. Errc::invalid: no origin, or not
  // this wallet's accounts. Errc::unavailable: the wallet does not tell them.
  asio::awaitable<Result<void>> grant(std::string origin, Accounts accounts);

  // Nobody waits for its answers: its questions are withdrawn.
  void client_left(ListenerId client) { approvals_.withdraw(client); }

  // Questions that were refused because their page asks a person too often.
  [[nodiscard]] std::uint64_t asked_too_often() const {
    return asked_too_often_;
  }

  // What `origin` is told of an event of the wallet; nullopt: nothing.
  [[nodiscard]] std::optional<nlohmann::json> event_for(
      const std::string& origin, const std::string& event,
      const nlohmann::json& params) const;

 private:
  using Allowed = boost::system::result<void, RpcError>;

  asio::awaitable<RpcResult> page(Caller caller, std::string method,
                                  nlohmann::json params);
  asio::awaitable<RpcResult> granted(Caller caller, std::string method,
                                     nlohmann::json params);
  asio::awaitable<RpcResult> request_accounts(Caller caller,
                                              std::string method);
  asio::awaitable<Allowed> ask_for_grant(Caller caller, std::string method);
  asio::awaitable<Allowed> ask(Caller caller, Question question);
  asio::awaitable<Result<Accounts>> wallet_accounts();
  [[nodiscard]] bool asks_programs(const std::string& method) const;
  [[nodiscard]] std::optional<RpcError> refuse(const std::string& origin,
                                               const std::string& account) const;
  [[nodiscard]] RpcResult permissions(const std::string& origin) const;
  RpcResult revoke(const std::string& origin);

  Wallet& wallet_;
  Grants& grants_;
  Approvals& approvals_;
  const Approve approve_;
  http::RateLimit sensitive_;
  std::uint64_t asked_too_often_ = 0;
};

}  // namespace berth::server
