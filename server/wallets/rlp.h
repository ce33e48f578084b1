// RLP, the encoding of Ethereum's transactions (yellow paper, appendix B).
// Pure functions, any thread.
#pragma once

#include <vector>

#include "registry/base/encoding.h"
#include "registry/proof/hash.h"
#include "server/wallets/number.h"

namespace berth::server::rlp {

[[nodiscard]] Bytes encode(ByteView text);
[[nodiscard]] Bytes encode(const Number& number);  // not negative
// A list of what was encoded before.
[[nodiscard]] Bytes encode_list(const std::vector<Bytes>& items);

}  // namespace berth::server::rlp
