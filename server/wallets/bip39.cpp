#include "server/wallets/bip39.h"

#include <algorithm>
#include <array>
#include <vector>

#include "registry/base/random.h"
#include "server/wallets/bip39_english.h"

namespace berth::server {
namespace {

constexpr int kBitsPerWord = 11;
constexpr unsigned kRounds = 2048;
constexpr std::size_t kMaxWordLength = 8;
constexpr std::size_t kMaxWords = 24;
constexpr std::size_t kMaxText = kMaxWords * (kMaxWordLength + 1);

std::vector<std::string_view> split(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  std::vector<std::string_view> words;
  for (std::size_t at = text.find_first_not_of(kSpace);
       at != std::string_view::npos; at = text.find_first_not_of(kSpace, at)) {
    const auto end = std::min(text.find_first_of(kSpace, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

// The word's place in the list, which is sorted, or -1.
int word_index(std::string_view word) {
  const auto* found = std::ranges::lower_bound(
      kBip39English, word, {},
      [](const char* w) { return std::string_view(w); });
  if (found == std::end(kBip39English) || *found != word) return -1;
  return static_cast<int>(found - std::begin(kBip39English));
}

// The entropy that the words stand for, without its checksum bits.
Result<std::vector<std::uint8_t>> entropy_of(
    const std::vector<std::string_view>& words) {
  std::vector<std::uint8_t> entropy;
  entropy.reserve(kMaxWords * kBitsPerWord / 8 + 1);
  unsigned buffer = 0;
  int held = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const int index = word_index(words[i]);
    if (index < 0)
      return Error{Errc::invalid,
                   "word " + std::to_string(i + 1) +
                       " of the mnemonic is not in the English BIP-39 list",
                   "check its spelling; words are in lower case"};
    buffer = (buffer << kBitsPerWord | static_cast<unsigned>(index)) & 0xfffff;
    for (held += kBitsPerWord; held >= 8; held -= 8)
      entropy.push_back(static_cast<std::uint8_t>(buffer >> (held - 8)));
  }
  // One checksum bit for 32 bits of entropy: every 33 bits hold 32.
  entropy.resize(words.size() * kBitsPerWord / 33 * 4);
  return entropy;
}

}  // namespace

SecretText mnemonic_of(ByteView entropy) {
  std::string text;
  text.reserve(kMaxText);
  const std::uint8_t checksum = sha256(entropy)[0];
  unsigned buffer = 0;
  int held = 0;
  const auto words = entropy.size() * 8 * 33 / 32 / kBitsPerWord;
  for (std::size_t i = 0, word = 0; word < words; ++i) {
    buffer = buffer << 8 | (i < entropy.size() ? entropy[i] : checksum);
    held += 8;
    if (held < kBitsPerWord) continue;
    held -= kBitsPerWord;
    if (word++ > 0) text += ' ';
    text += kBip39English[buffer >> held & 0x7ff];
  }
  return SecretText(std::move(text));
}

SecretText generate_mnemonic() {
  Secret<16> entropy;
  fill_random(entropy.bytes());
  return mnemonic_of(entropy.bytes());
}

Result<SecretText> parse_mnemonic(std::string_view text) {
  const auto words = split(text);
  if (words.size() < 12 || words.size() > kMaxWords || words.size() % 3 != 0)
    return Error{Errc::invalid,
                 "a mnemonic has 12, 15, 18, 21 or 24 words: this one has " +
                     std::to_string(words.size())};
  auto entropy = entropy_of(words);
  if (!entropy) return entropy.error();
  auto canonical = mnemonic_of(*entropy);
  explicit_bzero(entropy->data(), entropy->size());
  // The checksum is in the last word: the others are the given ones.
  if (split(canonical.text()).back() != words.back())
    return Error{Errc::invalid, "the checksum of the mnemonic does not hold",
                 "a word is wrong, or two have changed places"};
  return canonical;
}

Seed mnemonic_seed(const SecretText& mnemonic, std::string_view passphrase) {
  const auto salt = "mnemonic" + std::string(passphrase);
  Seed seed;
  pbkdf2_hmac_sha512(bytes_of(mnemonic.text()), bytes_of(salt), kRounds,
                     seed.bytes());
  return seed;
}

}  // namespace berth::server
