#include "registry/base/random.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "registry/base/encoding.h"

namespace berth {

void fill_random(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) std::abort();
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

std::string random_token() {
  std::array<std::uint8_t, 32> bytes{};
  fill_random(bytes);
  return base64url_encode(bytes);
}

std::string random_uuid() {
  std::array<std::uint8_t, 16> bytes{};
  fill_random(bytes);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  std::string text = hex_encode(bytes);
  for (std::size_t dash : {20, 16, 12, 8}) text.insert(dash, 1, '-');
  return text;
}

std::string random_label() {
  std::string label;
  do {
    std::array<std::uint8_t, 10> bytes{};
    fill_random(bytes);
    label = base32_encode(bytes);
  } while (label[0] < 'a');
  return label;
}

double random_jitter() {
  std::array<std::uint8_t, 2> bytes{};
  fill_random(bytes);
  return 0.5 + (bytes[0] << 8 | bytes[1]) / 131072.0;
}

}  // namespace berth
