#include "server/wallets/eip712.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "server/wallets/eip712_types.h"
#include "server/wallets/number.h"
#include "server/wallets/secp256k1.h"

namespace berth::server {
namespace {

using eip712::Types;
using nlohmann::json;
using Encoded = boost::system::result<Hash32, RpcError>;

constexpr const char* kDomain = "EIP712Domain";

RpcError wrong(const std::string& path, const std::string& what) {
  return RpcError{rpc_code::invalid_params, path + ": " + what};
}

RpcError mismatch(const std::string& path, const std::string& expected,
                  const json& value) {
  constexpr std::size_t kShown = 80;
  std::string shown = value.dump(-1, ' ', true);
  if (shown.size() > kShown) shown = shown.substr(0, kShown) + "...";
  return wrong(path, "expected " + expected + ", got " + shown);
}

void append(Bytes& bytes, ByteView more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

std::optional<Bytes> hex_value(const json& value) {
  if (!value.is_string()) return std::nullopt;
  return parse_data(value.get_ref<const std::string&>());
}

// An integer as JSON number, decimal text or hex text. A number with a
// fraction or an exponent, or one beyond 64 bits, has been rounded: refused.
std::optional<Number> integer_value(const json& value) {
  if (value.is_number_unsigned()) return Number(value.get<std::uint64_t>());
  if (value.is_number_integer()) return Number(value.get<std::int64_t>());
  if (value.is_string())
    return parse_integer(value.get_ref<const std::string&>());
  return std::nullopt;
}

Encoded encode_integer(const std::string& type, const json& value,
                       const std::string& path) {
  const auto number = integer_value(value);
  if (!number)
    return mismatch(path, type + " as a decimal or 0x text or an exact number",
                    value);
  const bool is_signed = type[0] == 'i';
  const unsigned bits = *eip712::integer_bits(type, is_signed ? "int" : "uint");
  const Number limit = Number(1) << (is_signed ? bits - 1 : bits);
  const Number lowest = is_signed ? Number(-limit) : Number(0);
  if (*number < lowest || *number >= limit)
    return mismatch(path, type + " in its range", value);
  return to_word(*number);
}

Encoded encode_fixed_bytes(unsigned size, const json& value,
                           const std::string& path) {
  const auto bytes = hex_value(value);
  if (!bytes || bytes->size() != size)
    return mismatch(path, std::to_string(size) + " bytes as 0x hex", value);
  Hash32 word{};
  std::ranges::copy(*bytes, word.begin());
  return word;
}

Encoded encode_text(const json& value, const std::string& path) {
  if (!value.is_string()) return mismatch(path, "a string", value);
  const auto& text = value.get_ref<const std::string&>();
  return keccak256(
      {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

Encoded encode_atomic(const std::string& type, const json& value,
                      const std::string& path) {
  if (type == "string") return encode_text(value, path);
  if (type == "bool") {
    if (!value.is_boolean()) return mismatch(path, "true or false", value);
    return to_word(value.get<bool>() ? 1 : 0);
  }
  if (type == "address") {
    const auto address =
        value.is_string() ? parse_address(value.get_ref<const std::string&>())
                          : std::nullopt;
    if (!address)
      return mismatch(path, "an address whose checksum holds", value);
    Hash32 word{};
    std::ranges::copy_backward(*address, word.end());
    return word;
  }
  if (type == "bytes") {
    const auto bytes = hex_value(value);
    if (!bytes) return mismatch(path, "bytes as 0x hex", value);
    return keccak256(*bytes);
  }
  if (const auto size = eip712::fixed_bytes(type))
    return encode_fixed_bytes(*size, value, path);
  return encode_integer(type, value, path);
}

// Encodes values by their types. The depth of its recursion is the depth of
// the JSON value, which the parser has limited.
class Encoder {
 public:
  explicit Encoder(Types types) : types_(std::move(types)) {}

  [[nodiscard]] bool knows(const std::string& type) const {
    return types_.find(type) != nullptr;
  }

  // keccak256(typeHash, encodeData), or zeros for null.
  Encoded hash_struct(const std::string& type, const json& value,
                      const std::string& path) {
    if (value.is_null()) return Hash32{};
    if (!value.is_object())
      return mismatch(path, "an object of type " + type, value);
    Bytes data;
    append(data, types_.type_hash(type));
    for (const eip712::Field& field : *types_.find(type)) {
      const auto found = value.find(field.name);
      const auto place = path + "." + field.name;
      if (found == value.end() && !knows(field.type))
        return wrong(place, "is missing, type " + field.type);
      auto word =
          encode(field.type, found == value.end() ? json() : *found, place);
      if (!word) return word;
      append(data, *word);
    }
    return keccak256(data);
  }

 private:
  Encoded encode(const std::string& type, const json& value,
                 const std::string& path) {
    if (const auto array = eip712::parse_array_type(type))
      return encode_array(*array, value, path);
    if (knows(type)) return hash_struct(type, value, path);
    return encode_atomic(type, value, path);
  }

  Encoded encode_array(const eip712::ArrayType& type, const json& value,
                       const std::string& path) {
    if (!value.is_array())
      return mismatch(path, "an array of " + type.element, value);
    if (type.size && value.size() != *type.size)
      return wrong(path, "expected " + std::to_string(*type.size) +
                             " elements, got " + std::to_string(value.size()));
    Bytes data;
    for (std::size_t i = 0; i < value.size(); ++i) {
      auto word =
          encode(type.element, value[i], path + "[" + std::to_string(i) + "]");
      if (!word) return word;
      append(data, *word);
    }
    return keccak256(data);
  }

  Types types_;
};

std::optional<RpcError> check_shape(const json& document) {
  if (!document.is_object()) return wrong("typed data", "is not an object");
  for (const char* key : {"types", "primaryType", "domain", "message"})
    if (!document.contains(key)) return wrong(key, "is missing");
  if (!document["primaryType"].is_string())
    return wrong("primaryType", "is not a string");
  if (!document["domain"].is_object())
    return wrong("domain", "is not an object");
  if (!document["message"].is_object())
    return wrong("message", "is not an object");
  return std::nullopt;
}

std::optional<RpcError> check_chain(const json& domain,
                                    std::uint64_t chain_id) {
  const auto found = domain.find("chainId");
  if (found == domain.end()) return std::nullopt;
  const auto named = integer_value(*found);
  if (named && *named == chain_id) return std::nullopt;
  return mismatch("domain.chainId",
                  "the chain of this wallet, " + std::to_string(chain_id),
                  *found);
}

}  // namespace

Encoded typed_data_digest(const json& document, std::uint64_t chain_id) {
  if (auto error = check_shape(document)) return *error;
  if (auto error = check_chain(document["domain"], chain_id)) return *error;
  auto types = Types::parse(document["types"]);
  if (!types) return types.error();
  Encoder encoder(std::move(*types));
  const std::string primary = document["primaryType"];
  if (!encoder.knows(kDomain)) return wrong("types.EIP712Domain", "is missing");
  if (!encoder.knows(primary))
    return wrong("primaryType", "\"" + primary + "\" is not among the types");

  Bytes data = {0x19, 0x01};
  const auto domain =
      encoder.hash_struct(kDomain, document["domain"], "domain");
  if (!domain) return domain;
  append(data, *domain);
  if (primary == kDomain) return keccak256(data);
  const auto message =
      encoder.hash_struct(primary, document["message"], "message");
  if (!message) return message;
  append(data, *message);
  return keccak256(data);
}

}  // namespace berth::server
