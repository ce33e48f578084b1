#include "server/wallets/sign_request.h"

#include <nlohmann/json.hpp>

#include "registry/base/strict_json.h"
#include "server/wallets/eip712.h"
#include "server/wallets/number.h"

namespace berth::server {
namespace {

using nlohmann::json;

RpcError invalid(const std::string& message) {
  return RpcError{rpc_code::invalid_params, message};
}

std::optional<Address> address_in(const json& value) {
  if (!value.is_string()) return std::nullopt;
  return parse_address(value.get_ref<const std::string&>());
}

RpcError not_an_address(const std::string& place) {
  return invalid(place +
                 ": expected an account address, 0x and 40 hex digits "
                 "whose checksum holds");
}

}  // namespace

Hash32 personal_digest(ByteView message) {
  const auto head =
      "\x19"
      "Ethereum Signed Message:\n" +
      std::to_string(message.size());
  Bytes data(head.begin(), head.end());
  data.insert(data.end(), message.begin(), message.end());
  return keccak256(data);
}

boost::system::result<PersonalMessage, RpcError> parse_personal_message(
    const json& params) {
  if (!params.is_array() || params.size() < 2 || !params[0].is_string() ||
      !params[1].is_string())
    return invalid("personal_sign: expected [data, address]");
  const bool swapped = address_in(params[0]) && !address_in(params[1]);
  const auto from = address_in(params[swapped ? 0 : 1]);
  if (!from) return not_an_address("params[1]");
  const std::string text = params[swapped ? 1 : 0];
  const auto bytes = parse_data(text);
  return PersonalMessage{*from,
                         bytes.value_or(Bytes(text.begin(), text.end()))};
}

ParsedSignRequest parse_personal_sign(const json& params) {
  const auto message = parse_personal_message(params);
  if (!message) return message.error();
  return SignRequest{message->from, personal_digest(message->bytes)};
}

boost::system::result<json, RpcError> typed_document(const json& params) {
  if (!params.is_array() || params.size() < 2)
    return invalid("eth_signTypedData_v4: expected [address, typed data]");
  if (!params[1].is_string()) return params[1];
  auto parsed = parse_json(params[1].get_ref<const std::string&>());
  if (!parsed) return invalid("params[1]: no JSON: " + parsed.error().message);
  return std::move(*parsed);
}

ParsedSignRequest parse_sign_typed_data(const json& params,
                                        std::uint64_t chain_id) {
  const auto document = typed_document(params);
  if (!document) return document.error();
  const auto from = address_in(params[0]);
  if (!from) return not_an_address("params[0]");
  const auto digest = typed_data_digest(*document, chain_id);
  if (!digest) return digest.error();
  return SignRequest{*from, *digest};
}

}  // namespace berth::server
