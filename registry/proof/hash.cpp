#include "registry/proof/hash.h"

#include <cryptopp/hmac.h>
#include <cryptopp/keccak.h>
#include <cryptopp/misc.h>
#include <cryptopp/pwdbased.h>
#include <cryptopp/sha.h>

namespace berth {
namespace {

template <class Algorithm>
Hash32 hash(Algorithm algorithm, ByteView data) {
  Hash32 out;
  algorithm.CalculateDigest(out.data(), data.data(), data.size());
  return out;
}

}  // namespace

Hash32 sha256(ByteView data) { return hash(CryptoPP::SHA256(), data); }

Hash32 keccak256(ByteView data) { return hash(CryptoPP::Keccak_256(), data); }

Hash32 hmac_sha256(ByteView key, ByteView data) {
  return hash(CryptoPP::HMAC<CryptoPP::SHA256>(key.data(), key.size()), data);
}

void hmac_sha512(ByteView key, ByteView data, std::span<std::uint8_t, 64> out) {
  CryptoPP::HMAC<CryptoPP::SHA512> hmac(key.data(), key.size());
  hmac.CalculateDigest(out.data(), data.data(), data.size());
}

void pbkdf2_hmac_sha512(ByteView password, ByteView salt, unsigned rounds,
                        std::span<std::uint8_t, 64> out) {
  constexpr unsigned char kNoPurpose = 0;
  CryptoPP::PKCS5_PBKDF2_HMAC<CryptoPP::SHA512> pbkdf2;
  pbkdf2.DeriveKey(out.data(), out.size(), kNoPurpose, password.data(),
                   password.size(), salt.data(), salt.size(), rounds);
}

bool equal_in_constant_time(ByteView a, ByteView b) {
  return a.size() == b.size() &&
         CryptoPP::VerifyBufsEqual(a.data(), b.data(), a.size());
}

}  // namespace berth
