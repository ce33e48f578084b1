// What a request asks of a person. Pure; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "server/rpc_error.h"

namespace berth::server {

// What is asked, with everything a person needs to decide.
struct Question {
  std::optional<std::string> origin;  // nullopt: a program of the user's own
  std::string kind;                   // see kind_of(); or "accounts"
  std::string method;
  std::string account;   // "0x...", lower case; empty: none in particular
  std::string chain_id;  // "0x..."; empty: not known
  // From outside: nothing in it may be trusted or printed as it is.
  //   accounts     {accounts: [...]}
  //   message      {text} where the bytes are UTF-8, and {hex} always
  //   typed_data   the document
  //   transaction  the transaction; with {decoded} where its data is a call that
  //                decode_call() knows (known_calls.h), which is ours
  //   chain, asset, other  the params
  nlohmann::json content;
};

// Empty: a person need not be asked. "message", "typed_data", "transaction",
// "chain", "asset"; "other": a method that is not known to be harmless.
[[nodiscard]] std::string_view kind_of(std::string_view method);

// Without origin and chain. -32602: the params lack what is to be shown.
[[nodiscard]] boost::system::result<Question, RpcError> make_question(
    const std::string& method, const nlohmann::json& params);

}  // namespace berth::server
