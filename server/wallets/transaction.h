// Transactions, complete and signed: legacy with replay protection (EIP-155)
// and fee market (EIP-1559).
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "server/wallets/number.h"
#include "server/wallets/secp256k1.h"

namespace berth::server {

// EIP-2930. Only in a fee market transaction here.
struct AccessListEntry {
  Address address{};
  std::vector<Hash32> storage_keys;
};

// In wei for a unit of gas.
struct LegacyFee {
  Number gas_price;
};
struct MarketFee {
  Number max_priority_fee;
  Number max_fee;
};

struct Transaction {
  Number chain_id;
  Number nonce;
  std::variant<LegacyFee, MarketFee> fee;
  Number gas;
  std::optional<Address> to;  // nullopt: creates a contract from `data`
  Number value;               // in wei
  Bytes data;
  std::vector<AccessListEntry> access_list;
};

// What the signature signs.
[[nodiscard]] Hash32 signing_digest(const Transaction& transaction);

// What eth_sendRawTransaction takes.
[[nodiscard]] Bytes sign_transaction(const Transaction& transaction,
                                     const Secp256k1& curve,
                                     const SecretKey& key);

}  // namespace berth::server
