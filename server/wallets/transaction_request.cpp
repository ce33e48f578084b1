#include "server/wallets/transaction_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace berth::server {
namespace {

using nlohmann::json;

// Reads members of the transaction; keeps the first thing that is wrong.
class Reader {
 public:
  explicit Reader(const json& transaction) : transaction_(transaction) {}

  [[nodiscard]] bool has(const char* key) const {
    const auto found = transaction_.find(key);
    return found != transaction_.end() && !found->is_null();
  }

  std::optional<Number> quantity(const char* key) {
    return read(key, "a 0x quantity", parse_quantity);
  }
  std::optional<Bytes> data(const char* key) {
    return read(key, "bytes as 0x hex", parse_data);
  }
  std::optional<Address> address(const char* key) {
    return read(key, "an address whose checksum holds", parse_address);
  }
  std::vector<AccessListEntry> access_list();

  void fail(const std::string& place, const std::string& what) {
    if (!error_)
      error_ = RpcError{rpc_code::invalid_params,
                        "params[0]." + place + ": " + what};
  }
  [[nodiscard]] const std::optional<RpcError>& error() const { return error_; }

 private:
  template <class T>
  std::optional<T> read(const char* key, const char* expected,
                        std::optional<T> (*parse)(std::string_view)) {
    if (!has(key)) return std::nullopt;
    return convert(transaction_[key], key, expected, parse);
  }

  template <class T>
  std::optional<T> convert(const json& value, const std::string& place,
                           const char* expected,
                           std::optional<T> (*parse)(std::string_view)) {
    std::optional<T> parsed;
    if (value.is_string()) parsed = parse(value.get_ref<const std::string&>());
    if (!parsed) fail(place, std::string("expected ") + expected);
    return parsed;
  }

  const json& transaction_;
  std::optional<RpcError> error_;
};

std::optional<Hash32> parse_word(std::string_view text) {
  const auto bytes = parse_data(text);
  Hash32 word{};
  if (!bytes || bytes->size() != word.size()) return std::nullopt;
  std::ranges::copy(*bytes, word.begin());
  return word;
}

std::vector<AccessListEntry> Reader::access_list() {
  std::vector<AccessListEntry> list;
  if (!has("accessList")) return list;
  const json& entries = transaction_["accessList"];
  if (!entries.is_array()) fail("accessList", "expected an array");
  for (std::size_t i = 0; entries.is_array() && i < entries.size(); ++i) {
    const auto place = "accessList[" + std::to_string(i) + "]";
    const json& entry = entries[i];
    if (!entry.is_object() || !entry.contains("address") ||
        !entry.contains("storageKeys") || !entry["storageKeys"].is_array()) {
      fail(place, "expected {address, storageKeys}");
      break;
    }
    AccessListEntry& out = list.emplace_back();
    const auto address = convert(entry["address"], place + ".address",
                                 "an address", parse_address);
    out.address = address.value_or(Address{});
    for (const json& key : entry["storageKeys"]) {
      const auto word =
          convert(key, place + ".storageKeys", "32 bytes each", parse_word);
      out.storage_keys.push_back(word.value_or(Hash32{}));
    }
  }
  return list;
}

FeeKind read_fee_kind(Reader& reader, const TransactionRequest& request) {
  const auto type = reader.quantity("type");
  if (type && *type != 0 && *type != 2)
    reader.fail("type", "only 0x0 (legacy) and 0x2 (EIP-1559) are supported");
  for (const char* key :
       {"maxFeePerBlobGas", "blobVersionedHashes", "authorizationList"})
    if (reader.has(key))
      reader.fail(key, "transactions of this type are not supported");

  const bool market = request.max_fee || request.max_priority_fee ||
                      !request.access_list.empty() || (type && *type == 2);
  const bool legacy = request.gas_price || (type && *type == 0);
  if (market && legacy)
    reader.fail("gasPrice",
                "a legacy transaction (gasPrice, type 0x0) has no "
                "maxFeePerGas, maxPriorityFeePerGas, accessList or type 0x2");
  return market   ? FeeKind::market
         : legacy ? FeeKind::legacy
                  : FeeKind::undecided;
}

void read_call(Reader& reader, TransactionRequest& out) {
  out.from = reader.address("from").value_or(Address{});
  if (!reader.has("from")) reader.fail("from", "is missing");
  out.to = reader.address("to");
  out.value = reader.quantity("value").value_or(0);
  const auto data = reader.data("data");
  const auto input = reader.data("input");
  if (data && input && *data != *input)
    reader.fail("input", "differs from data: give one of them");
  out.data = input ? *input : data.value_or(Bytes());
  if (!reader.has("to") && out.data.empty())
    reader.fail("to", "is missing, and there is no data to make a contract of");
}

}  // namespace

boost::system::result<TransactionRequest, RpcError> parse_transaction_request(
    const json& params, std::uint64_t chain_id) {
  if (!params.is_array() || params.empty() || !params[0].is_object())
    return RpcError{rpc_code::invalid_params,
                    "eth_sendTransaction: expected [transaction object]"};
  Reader reader(params[0]);
  TransactionRequest out;
  read_call(reader, out);
  out.nonce = reader.quantity("nonce");
  out.gas = reader.quantity("gas");
  out.gas_price = reader.quantity("gasPrice");
  out.max_fee = reader.quantity("maxFeePerGas");
  out.max_priority_fee = reader.quantity("maxPriorityFeePerGas");
  out.access_list = reader.access_list();
  out.fee_kind = read_fee_kind(reader, out);
  if (out.max_fee && out.max_priority_fee &&
      *out.max_priority_fee > *out.max_fee)
    reader.fail("maxPriorityFeePerGas", "is above maxFeePerGas");
  const auto chain = reader.quantity("chainId");
  if (chain && *chain != chain_id)
    reader.fail("chainId", "is " + chain->str() + ", this wallet is on chain " +
                               std::to_string(chain_id));
  if (reader.error()) return *reader.error();
  return out;
}

}  // namespace berth::server
