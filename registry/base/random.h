// Randomness from the kernel (getrandom), fit for secrets. Never fails: where
// the kernel gives none, the program aborts rather than go on guessable.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace berth {

void fill_random(std::span<std::uint8_t> bytes);

// 32 random bytes, base64url without padding: 43 characters.
[[nodiscard]] std::string random_token();

// RFC 9562 section 5.4 (version 4), lower case.
[[nodiscard]] std::string random_uuid();

// 16 lower-case base32 characters, the first a letter.
[[nodiscard]] std::string random_label();

// At least 0.5 and below 1: multiply a backoff by it.
[[nodiscard]] double random_jitter();

}  // namespace berth
