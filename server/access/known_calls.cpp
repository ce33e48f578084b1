#include "server/access/known_calls.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "server/wallets/number.h"

namespace berth::server {
namespace {

using nlohmann::json;

struct Call {
  std::uint32_t selector;     // the first bytes of keccak256(function)
  std::string_view function;  // name and types
  std::string_view names;     // of the arguments; empty: they are not decoded
  std::string_view note = {};
};

constexpr std::string_view kAmountOrToken =
    "of an NFT contract (ERC-721), amount is the id of the one token";
constexpr std::string_view kSeveral =
    "several calls in one, which are not decoded";

// EIP-20, EIP-721, EIP-1155, EIP-2612; increaseAllowance and multicall are in
// no EIP: OpenZeppelin's ERC20 had the one until 4.9, Uniswap's routers have
// the others.
constexpr std::array<Call, 12> kCalls{{
    {0xa9059cbb, "transfer(address,uint256)", "to,amount"},
    // ERC-721 and ERC-20 have these two with the same selectors.
    {0x095ea7b3, "approve(address,uint256)", "spender,amount", kAmountOrToken},
    {0x23b872dd, "transferFrom(address,address,uint256)", "from,to,amount",
     kAmountOrToken},
    {0x39509351, "increaseAllowance(address,uint256)", "spender,amount"},
    {0xd505accf,
     "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
     "owner,spender,amount,deadline,v,r,s"},
    {0xa22cb465, "setApprovalForAll(address,bool)", "operator,approved"},
    {0x42842e0e, "safeTransferFrom(address,address,uint256)",
     "from,to,tokenId"},
    {0xb88d4fde, "safeTransferFrom(address,address,uint256,bytes)",
     "from,to,tokenId,data"},
    {0xf242432a, "safeTransferFrom(address,address,uint256,uint256,bytes)",
     "from,to,tokenId,amount,data"},
    {0xac9650d8, "multicall(bytes[])", "", kSeveral},
    {0x5ae401dc, "multicall(uint256,bytes[])", "", kSeveral},
    {0x1f0464d1, "multicall(bytes32,bytes[])", "", kSeveral},
}};

constexpr std::size_t kWord = 32;
// Of an argument `bytes`: what is longer is no message that a person reads, and
// would make the question too large.
constexpr std::size_t kMaxBytes = 4096;

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> items;
  while (!list.empty()) {
    items.push_back(list.substr(0, list.find(',')));
    list.remove_prefix(std::min(list.size(), items.back().size() + 1));
  }
  return items;
}

std::string_view types_of(std::string_view function) {
  const auto open = function.find('(');
  return function.substr(open + 1, function.size() - open - 2);
}

bool is_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](auto byte) { return byte == 0; });
}

std::string to_hex(ByteView bytes) { return "0x" + hex_encode(bytes); }

Number to_number(ByteView word) {
  Number number;
  import_bits(number, word.begin(), word.end());
  return number;
}

// A value that is one word. Contract ABI, "Formal Specification of the
// Encoding".
std::optional<std::string> read_word(std::string_view type, ByteView word) {
  if (type == "bytes32") return to_hex(word);
  if (type == "address") {
    if (!is_zero(word.first(12))) return std::nullopt;
    return to_hex(word.subspan(12));
  }
  const Number number = to_number(word);
  if (type == "bool") {
    if (number > 1) return std::nullopt;
    return number == 1 ? "true" : "false";
  }
  if (type == "uint8" && number > 255) return std::nullopt;
  return number.str();
}

// `bytes`, which is the last argument wherever it is one: `offset` in its
// place, then behind all arguments (`tail`) its length and its content, filled
// up with zeros to whole words.
std::optional<std::string> read_bytes(ByteView offset, std::size_t head_size,
                                      ByteView tail) {
  if (tail.size() < kWord || to_number(offset) != head_size)
    return std::nullopt;
  const Number length = to_number(tail.first(kWord));
  if (length > kMaxBytes) return std::nullopt;
  const auto size = static_cast<std::size_t>(length);
  const auto content = tail.subspan(kWord);
  if (content.size() != (size + kWord - 1) / kWord * kWord ||
      !is_zero(content.subspan(size)))
    return std::nullopt;
  return to_hex(content.first(size));
}

std::optional<json> read_arguments(const Call& call, ByteView data) {
  const auto types = split(types_of(call.function));
  const auto names = split(call.names);
  const std::size_t head_size = types.size() * kWord;
  const bool has_tail = types.back() == "bytes";
  if (data.size() < head_size || (!has_tail && data.size() > head_size))
    return std::nullopt;
  json arguments = json::array();
  for (std::size_t i = 0; i < types.size(); ++i) {
    const auto word = data.subspan(i * kWord, kWord);
    const auto value = types[i] == "bytes" ? read_bytes(word, head_size,
                                                        data.subspan(head_size))
                                           : read_word(types[i], word);
    if (!value) return std::nullopt;
    arguments.push_back(
        {{"name", names[i]}, {"type", types[i]}, {"value", *value}});
  }
  return arguments;
}

}  // namespace

std::optional<json> decode_call(ByteView data) {
  if (data.size() < 4) return std::nullopt;
  const std::uint32_t selector = static_cast<std::uint32_t>(data[0]) << 24 |
                                 data[1] << 16 | data[2] << 8 | data[3];
  const auto call = std::ranges::find(kCalls, selector, &Call::selector);
  if (call == kCalls.end()) return std::nullopt;
  json arguments = json::array();
  if (!call->names.empty()) {
    auto read = read_arguments(*call, data.subspan(4));
    if (!read) return std::nullopt;
    arguments = std::move(*read);
  }
  json decoded{{"function", call->function}, {"arguments", arguments}};
  if (!call->note.empty()) decoded["note"] = call->note;
  return decoded;
}

}  // namespace berth::server
