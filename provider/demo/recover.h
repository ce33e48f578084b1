// Who signed? Recovers an address from a personal_sign signature, so that the
// demo need not believe what the wallet says. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace berth::provider::demo {

// `message` as it was given to personal_sign, before the prefix of EIP-191
// (version 0x45); `signature`: "0x" and 65 bytes r, s, v in hex. The address in
// lower case with "0x"; nullopt: no signature by anybody.
[[nodiscard]] std::optional<std::string> recover_signer(
    std::string_view message, std::string_view signature);

}  // namespace berth::provider::demo
