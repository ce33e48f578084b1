// Memory for keys: wiped when it goes, never copied by accident.
#pragma once

#include <string.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace berth::server {

// N bytes. A moved-from Secret is zeros.
template <std::size_t N>
class Secret {
 public:
  Secret() = default;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    bytes_ = other.bytes_;
    other.wipe();
    return *this;
  }
  ~Secret() { wipe(); }

  [[nodiscard]] std::span<std::uint8_t, N> bytes() { return bytes_; }
  [[nodiscard]] std::span<const std::uint8_t, N> bytes() const {
    return bytes_;
  }

 private:
  // explicit_bzero, because a plain memset of dying memory is optimised away.
  void wipe() { explicit_bzero(bytes_.data(), N); }

  std::array<std::uint8_t, N> bytes_{};
};

// Wipes the characters of `text` and empties it.
inline void wipe(std::string& text) {
  explicit_bzero(text.data(), text.size());
  text.clear();
}

// A text such as a mnemonic.
class SecretText {
 public:
  explicit SecretText(std::string text) : text_(std::move(text)) {}
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  SecretText(SecretText&& other) noexcept : text_(std::move(other.text_)) {
    // A short text is copied by a move, not handed over.
    wipe(other.text_);
  }
  SecretText& operator=(SecretText&& other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~SecretText() { wipe(text_); }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace berth::server
