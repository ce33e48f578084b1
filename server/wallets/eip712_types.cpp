#include "server/wallets/eip712_types.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "registry/base/text.h"

namespace berth::server::eip712 {
namespace {

using nlohmann::json;

RpcError wrong(const std::string& path, const std::string& what) {
  return RpcError{rpc_code::invalid_params, path + ": " + what};
}

// Digits without a leading zero.
std::optional<unsigned> parse_width(std::string_view text) {
  unsigned value = 0;
  const auto* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || last != end || text.starts_with('0'))
    return std::nullopt;
  return value;
}

bool is_atomic(std::string_view type) {
  return type == "address" || type == "bool" || type == "string" ||
         type == "bytes" || integer_bits(type, "uint") ||
         integer_bits(type, "int") || fixed_bytes(type);
}

// What a Solidity identifier may hold, and ':', which dApps in use have in the
// names of their types. Nothing that encodeType uses itself.
bool is_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '$' || c == ':';
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         std::ranges::all_of(name, fits);
}

std::string base_type(std::string_view type) {
  return std::string(type.substr(0, type.find('[')));
}

boost::system::result<Field, RpcError> parse_field(const json& field,
                                                   const std::string& path) {
  if (!field.is_object()) return wrong(path, "is not an object {name, type}");
  for (const char* key : {"name", "type"}) {
    const auto found = field.find(key);
    if (found == field.end() || !found->is_string())
      return wrong(path + "." + key, "is not a string");
  }
  Field out{field["name"], field["type"]};
  if (!is_name(out.name))
    return wrong(path + ".name", "\"" + out.name + "\" is not an identifier");
  return out;
}

boost::system::result<std::vector<Field>, RpcError> parse_struct(
    const json& fields, const std::string& path) {
  if (!fields.is_array()) return wrong(path, "is not an array of fields");
  std::vector<Field> out;
  std::set<std::string> names;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto place = path + "[" + std::to_string(i) + "]";
    auto field = parse_field(fields[i], place);
    if (!field) return field.error();
    if (!names.insert(field->name).second)
      return wrong(place + ".name", "\"" + field->name + "\" is there twice");
    out.push_back(std::move(*field));
  }
  return out;
}

// The innermost type of `type`, or nullopt when its brackets are wrong or too
// many.
std::optional<std::string> innermost(std::string_view type) {
  std::string rest(type);
  int dimensions = 0;
  while (rest.ends_with(']')) {
    auto array = parse_array_type(rest);
    if (!array || ++dimensions > Types::kMaxDimensions) return std::nullopt;
    rest = std::move(array->element);
  }
  return rest;
}

std::optional<RpcError> check_references(const Types::Structs& structs) {
  for (const auto& [name, fields] : structs)
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const auto type = innermost(fields[i].type);
      if (type && (is_atomic(*type) || structs.contains(*type))) continue;
      return wrong("types." + name + "[" + std::to_string(i) + "].type",
                   "unknown type \"" + excerpt(fields[i].type) + "\"");
    }
  return std::nullopt;
}

}  // namespace

std::optional<ArrayType> parse_array_type(std::string_view type) {
  const auto open = type.rfind('[');
  if (!type.ends_with(']') || open == std::string_view::npos || open == 0)
    return std::nullopt;
  ArrayType out{std::string(type.substr(0, open)), std::nullopt};
  const auto size = type.substr(open + 1, type.size() - open - 2);
  if (size.empty()) return out;
  const auto width = parse_width(size);
  if (!width) return std::nullopt;
  out.size = *width;
  return out;
}

std::optional<unsigned> integer_bits(std::string_view type,
                                     std::string_view prefix) {
  if (!type.starts_with(prefix)) return std::nullopt;
  const auto bits = parse_width(type.substr(prefix.size()));
  if (!bits || *bits > 256 || *bits % 8 != 0) return std::nullopt;
  return bits;
}

std::optional<unsigned> fixed_bytes(std::string_view type) {
  if (!type.starts_with("bytes")) return std::nullopt;
  const auto bytes = parse_width(type.substr(5));
  if (!bytes || *bytes > 32) return std::nullopt;
  return bytes;
}

boost::system::result<Types, RpcError> Types::parse(const json& types) {
  if (!types.is_object()) return wrong("types", "is not an object");
  if (types.size() > kMaxTypes)
    return wrong("types", "more than " + std::to_string(kMaxTypes));
  Structs structs;
  for (const auto& [name, fields] : types.items()) {
    const auto path = "types." + name;
    if (!is_name(name)) return wrong(path, "is not an identifier");
    if (is_atomic(name)) return wrong(path, "is the name of a built-in type");
    auto parsed = parse_struct(fields, path);
    if (!parsed) return parsed.error();
    structs.emplace(name, std::move(*parsed));
  }
  if (auto error = check_references(structs)) return *error;
  return Types(std::move(structs));
}

const std::vector<Field>* Types::find(std::string_view name) const {
  const auto found = structs_.find(name);
  return found == structs_.end() ? nullptr : &found->second;
}

std::string Types::encode_type(const std::string& name) const {
  // Types may refer to each other in a circle.
  std::set<std::string> referenced;
  std::vector<std::string> todo = {name};
  while (!todo.empty()) {
    const auto current = std::move(todo.back());
    todo.pop_back();
    for (const Field& field : *find(current)) {
      auto type = base_type(field.type);
      if (find(type) && type != name && referenced.insert(type).second)
        todo.push_back(std::move(type));
    }
  }

  std::string out;
  const auto append = [&](const std::string& type) {
    out += type + "(";
    const char* comma = "";
    for (const Field& field : *find(type)) {
      out += comma + field.type + " " + field.name;
      comma = ",";
    }
    out += ")";
  };
  append(name);
  std::ranges::for_each(referenced, append);
  return out;
}

const Hash32& Types::type_hash(const std::string& name) {
  const auto found = hashes_.find(name);
  if (found != hashes_.end()) return found->second;
  const auto text = encode_type(name);
  const ByteView bytes{reinterpret_cast<const std::uint8_t*>(text.data()),
                       text.size()};
  return hashes_.emplace(name, keccak256(bytes)).first->second;
}

}  // namespace berth::server::eip712
