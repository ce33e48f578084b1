#include "provider/client/page_info.h"

#include <nlohmann/json.hpp>

#include "registry/base/encoding.h"
#include "registry/proof/hash.h"

namespace berth::provider {
namespace {

using nlohmann::json;

// Names what is announced to dApps (EIP-6963 "rdns"). Each profile gets a name
// of its own below it, because libraries know a wallet by nothing else.
constexpr const char* kBaseRdns = "app.berth";
// With a letter before them they are one label of a domain name (RFC 1034
// section 3.5): 75 bits.
constexpr std::size_t kRdnsCharacters = 15;

json text(const std::string& value) {
  return value.empty() ? json() : json(value);
}

}  // namespace

Looks looks_of(const registry::Record& record) {
  return {record.name, record.label, record.title, record.color, record.icon};
}

std::string rdns_of(const std::string& label, const std::string& origin) {
  const Hash32 hash = hmac_sha256(bytes_of(label), bytes_of(origin));
  return std::string(kBaseRdns) + ".b" +
         base32_encode(hash).substr(0, kRdnsCharacters);
}

json info_for_page(const Looks& looks, const std::string& origin) {
  return {{"rdns", rdns_of(looks.label, origin)},
          {"name", looks.title.empty() ? looks.name : looks.title},
          {"color", text(looks.color)},
          {"icon", text(looks.icon)}};
}

json info_for_person(const Looks& looks, const json& listed,
                     const std::string& origin, std::optional<bool> granted) {
  const bool asked = !origin.empty();
  return {{"name", looks.name},
          {"title", text(looks.title)},
          {"color", text(looks.color)},
          {"icon", text(looks.icon)},
          {"status", listed.at("status")},
          {"state", listed.at("state")},
          {"chain_id", listed.at("chain_id")},
          {"wallet", listed.at("wallet")},
          {"granted", asked && granted ? json(*granted) : json()},
          {"rdns", asked ? json(rdns_of(looks.label, origin)) : json()}};
}

}  // namespace berth::provider
