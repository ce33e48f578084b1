// Any parameters of the methods that sign, as a page sends them. What a person
// is shown is what would be signed, for the account that is shown.
#include "registry/base/strict_json.h"
#include "server/access/question.h"
#include "server/wallets/sign_request.h"
#include "server/wallets/transaction_request.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace berth;
using namespace berth::server;
using berth::fuzz::require;
using nlohmann::json;

constexpr std::uint64_t kChain = 31337;

template <class T>
void require_params_fault(const boost::system::result<T, RpcError>& result) {
  if (result) return;
  require(result.error().code == rpc_code::invalid_params);
  require(!result.error().message.empty());
}

void judge_message(const json& params) {
  const auto question = make_question("personal_sign", params);
  const auto request = parse_personal_sign(params);
  require_params_fault(question);
  require_params_fault(request);
  require(question.has_value() == request.has_value());
  if (!question) return;
  require(question->account == to_hex(request->from));
  const auto shown =
      hex_decode(question->content["hex"].get<std::string>().substr(2));
  require(shown && personal_digest(*shown) == request->digest);
}

void judge_typed_data(const json& params) {
  const auto question = make_question("eth_signTypedData_v4", params);
  const auto request = parse_sign_typed_data(params, kChain);
  require_params_fault(question);
  require_params_fault(request);
  if (!request) return;
  require(question && question->account == to_hex(request->from));
  const json as_shown{params[0], question->content};
  const auto again = parse_sign_typed_data(as_shown, kChain);
  require(again && again->digest == request->digest);
}

void judge_transaction(const json& params) {
  const auto question = make_question("eth_sendTransaction", params);
  const auto request = parse_transaction_request(params, kChain);
  require_params_fault(question);
  require_params_fault(request);
  if (!question || !request) return;
  require(question->account == to_hex(request->from));
  json shown = question->content;
  shown.erase("decoded");
  require(shown == params[0]);
  require(request->to.has_value() || !request->data.empty());
  require(!request->max_fee || !request->max_priority_fee ||
          *request->max_priority_fee <= *request->max_fee);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const auto params = parse_json(berth::fuzz::text_of(data, size));
  if (!params) return 0;
  judge_message(*params);
  judge_typed_data(*params);
  judge_transaction(*params);
  return 0;
}
