#include "server/access/question.h"

#include <algorithm>
#include <array>

#include "registry/base/encoding.h"
#include "registry/base/text.h"
#include "server/access/grants.h"
#include "server/access/known_calls.h"
#include "server/wallets/number.h"
#include "server/wallets/read_methods.h"
#include "server/wallets/sign_request.h"

namespace berth::server {
namespace {

using nlohmann::json;

struct Named {
  std::string_view method;
  std::string_view kind;
};
constexpr std::array<Named, 11> kKinds{{
    {"personal_sign", "message"},
    {"eth_signTypedData_v4", "typed_data"},
    {"eth_sendTransaction", "transaction"},
    {"eth_signTransaction", "transaction"},
    {"wallet_switchEthereumChain", "chain"},
    {"wallet_addEthereumChain", "chain"},
    {"wallet_watchAsset", "asset"},
    {"eth_requestAccounts", ""},
    {"wallet_requestPermissions", ""},
    {"wallet_getPermissions", ""},
    {"wallet_revokePermissions", ""},
}};
constexpr std::array<std::string_view, 2> kHarmless{"eth_accounts",
                                                    "eth_chainId"};
// Whole namespaces that only read.
constexpr std::array<std::string_view, 4> kReading{"net_", "web3_", "linea_",
                                                   "zks_"};

RpcError invalid(const std::string& message) {
  return RpcError(rpc_code::invalid_params, message);
}

std::optional<RpcError> take_message(const json& params, Question& question) {
  auto message = parse_personal_message(params);
  if (!message) return message.error();
  question.account = "0x" + hex_encode(message->from);
  const Bytes& bytes = message->bytes;
  question.content = {{"hex", "0x" + hex_encode(bytes)}};
  std::string text(bytes.begin(), bytes.end());
  if (is_utf8(text)) question.content["text"] = std::move(text);
  return std::nullopt;
}

std::optional<RpcError> take_typed_data(const json& params,
                                        Question& question) {
  auto document = typed_document(params);
  if (!document) return document.error();
  if (params[0].is_string())
    question.account =
        canonical_account(params[0].get_ref<const std::string&>());
  if (question.account.empty()) return invalid("params[0]: no account address");
  question.content = std::move(*document);
  return std::nullopt;
}

// `data` or `input` of a transaction; nullopt where they differ, since it is
// not known which one counts.
std::optional<Bytes> call_data(const json& transaction) {
  const json input = transaction.value("input", json());
  json data = transaction.value("data", json());
  if (data.is_null()) data = input;
  if (!data.is_string() || (!input.is_null() && input != data))
    return std::nullopt;
  return parse_data(data.get_ref<const std::string&>());
}

std::optional<RpcError> take_transaction(const json& params,
                                         Question& question) {
  if (!params.is_array() || params.empty() || !params[0].is_object())
    return invalid(question.method + ": expected [transaction]");
  const json from = params[0].value("from", json());
  if (from.is_string())
    question.account = canonical_account(from.get_ref<const std::string&>());
  if (question.account.empty())
    return invalid("params[0].from: no account address");
  // What the page says of its call must not pass for what we say of it.
  if (params[0].contains("decoded"))
    return invalid("params[0].decoded: no member of a transaction");
  question.content = params[0];
  const auto data = call_data(params[0]);
  // Without a receiver it is the code of a new contract.
  if (!data || !params[0].value("to", json()).is_string()) return std::nullopt;
  if (auto decoded = decode_call(*data))
    question.content["decoded"] = std::move(*decoded);
  return std::nullopt;
}

}  // namespace

std::string_view kind_of(std::string_view method) {
  for (const auto& known : kKinds)
    if (known.method == method) return known.kind;
  const bool reads =
      is_read_method(method) ||
      std::find(kHarmless.begin(), kHarmless.end(), method) !=
          kHarmless.end() ||
      std::any_of(kReading.begin(), kReading.end(),
                  [&](auto prefix) { return method.starts_with(prefix); });
  return reads ? "" : "other";
}

boost::system::result<Question, RpcError> make_question(
    const std::string& method, const json& params) {
  Question question;
  question.kind = kind_of(method);
  question.method = method;
  std::optional<RpcError> error;
  if (question.kind == "message")
    error = take_message(params, question);
  else if (question.kind == "typed_data")
    error = take_typed_data(params, question);
  else if (question.kind == "transaction")
    error = take_transaction(params, question);
  else
    question.content = params;
  if (error) return *error;
  return question;
}

}  // namespace berth::server
