// BIP-39: a seed as words of the English list. Pure functions, any thread.
#pragma once

#include <string_view>

#include "registry/base/result.h"
#include "registry/proof/hash.h"
#include "server/wallets/secret.h"

namespace berth::server {

using Seed = Secret<64>;

// 12 words for 128 fresh random bits.
[[nodiscard]] SecretText generate_mnemonic();

// The words of 16, 20, 24, 28 or 32 bytes.
[[nodiscard]] SecretText mnemonic_of(ByteView entropy);

// `text` with single spaces between its words. Errc::invalid, without quoting
// a word of it, when it is no mnemonic: 12, 15, 18, 21 or 24 words of the list
// whose checksum holds.
[[nodiscard]] Result<SecretText> parse_mnemonic(std::string_view text);

// `mnemonic` from one of the above; `passphrase` in Unicode form NFKD.
[[nodiscard]] Seed mnemonic_seed(const SecretText& mnemonic,
                                 std::string_view passphrase = {});

}  // namespace berth::server
