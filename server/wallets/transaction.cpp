#include "server/wallets/transaction.h"

#include <initializer_list>

#include "server/wallets/rlp.h"

namespace berth::server {
namespace {

constexpr std::uint8_t kFeeMarketType = 2;  // EIP-1559

using Fields = std::vector<Bytes>;

Bytes encode_access_list(const std::vector<AccessListEntry>& list) {
  Fields entries;
  for (const AccessListEntry& entry : list) {
    Fields keys;
    for (const Hash32& key : entry.storage_keys)
      keys.push_back(rlp::encode(ByteView(key)));
    entries.push_back(rlp::encode_list(
        {rlp::encode(ByteView(entry.address)), rlp::encode_list(keys)}));
  }
  return rlp::encode_list(entries);
}

// What both kinds end with: gas limit, destination, value, data.
void append_call(Fields& fields, const Transaction& t) {
  fields.push_back(rlp::encode(t.gas));
  fields.push_back(rlp::encode(t.to ? ByteView(*t.to) : ByteView()));
  fields.push_back(rlp::encode(t.value));
  fields.push_back(rlp::encode(ByteView(t.data)));
}

Fields legacy_fields(const Transaction& t, const LegacyFee& fee) {
  Fields fields = {rlp::encode(t.nonce), rlp::encode(fee.gas_price)};
  append_call(fields, t);
  return fields;
}

Fields market_fields(const Transaction& t, const MarketFee& fee) {
  Fields fields = {rlp::encode(t.chain_id), rlp::encode(t.nonce),
                   rlp::encode(fee.max_priority_fee), rlp::encode(fee.max_fee)};
  append_call(fields, t);
  fields.push_back(encode_access_list(t.access_list));
  return fields;
}

// `fields` and `tail`; a fee market transaction begins with its type.
Bytes encode(const Transaction& t, std::initializer_list<Number> tail) {
  const auto* legacy = std::get_if<LegacyFee>(&t.fee);
  Fields fields = legacy ? legacy_fields(t, *legacy)
                         : market_fields(t, std::get<MarketFee>(t.fee));
  for (const Number& number : tail) fields.push_back(rlp::encode(number));
  Bytes out = rlp::encode_list(fields);
  if (!legacy) out.insert(out.begin(), kFeeMarketType);
  return out;
}

Number number_of(const Hash32& word) {
  Number number;
  import_bits(number, word.begin(), word.end());
  return number;
}

}  // namespace

Hash32 signing_digest(const Transaction& t) {
  return keccak256(std::holds_alternative<LegacyFee>(t.fee)
                       ? encode(t, {t.chain_id, 0, 0})
                       : encode(t, {}));
}

Bytes sign_transaction(const Transaction& t, const Secp256k1& curve,
                       const SecretKey& key) {
  const Signature signature = curve.sign(key, signing_digest(t));
  const Number v = std::holds_alternative<LegacyFee>(t.fee)
                       ? Number(t.chain_id * 2 + 35 + signature.recovery)
                       : Number(signature.recovery);
  return encode(t, {v, number_of(signature.r), number_of(signature.s)});
}

}  // namespace berth::server
