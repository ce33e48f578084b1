// The types of an EIP-712 document.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/proof/hash.h"
#include "server/rpc_error.h"

namespace berth::server::eip712 {

struct Field {
  std::string name;
  std::string type;
};

// "T[]" or "T[3]", taken apart at its last brackets.
struct ArrayType {
  std::string element;
  std::optional<std::size_t> size;  // nullopt: any
};
[[nodiscard]] std::optional<ArrayType> parse_array_type(std::string_view type);

// The bits of "uintN" or "intN", the bytes of "bytesN"; nullopt for another
// type, a width EIP-712 does not have, or the aliases "uint" and "int".
[[nodiscard]] std::optional<unsigned> integer_bits(std::string_view type,
                                                   std::string_view prefix);
[[nodiscard]] std::optional<unsigned> fixed_bytes(std::string_view type);

// Struct types whose every reference resolves.
class Types {
 public:
  // The hash of a type takes time by the size of all types that it refers to.
  // Documents of dApps have a handful.
  static constexpr std::size_t kMaxTypes = 128;
  // "T[][]" has 2; values are not nested deeper than parse_json() allows.
  static constexpr int kMaxDimensions = 32;

  using Structs = std::map<std::string, std::vector<Field>, std::less<>>;

  // `types` of the document. -32602 with the path of what is wrong.
  [[nodiscard]] static boost::system::result<Types, RpcError> parse(
      const nlohmann::json& types);

  // nullptr: `name` is no struct.
  [[nodiscard]] const std::vector<Field>* find(std::string_view name) const;

  // keccak256(encodeType(name)) of a struct that find() knows. Kept, because
  // an array may hold many of it.
  [[nodiscard]] const Hash32& type_hash(const std::string& name);

  // "Mail(Person from,Person to,string contents)Person(...)".
  [[nodiscard]] std::string encode_type(const std::string& name) const;

 private:
  explicit Types(Structs structs) : structs_(std::move(structs)) {}

  Structs structs_;
  std::map<std::string, Hash32> hashes_;
};

}  // namespace berth::server::eip712
