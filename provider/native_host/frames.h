// The browser's framing: each message is JSON after its length in bytes, 32
// bits in the machine's byte order. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "registry/base/result.h"

namespace berth::native_host {

// Room for a request of the size that an instance takes (1 MiB), of which the
// way here may have escaped something.
inline constexpr std::size_t kMaxIncomingBytes = std::size_t{2} << 20;
// Chromium reads 1 MiB at most, Firefox 1 MB.
inline constexpr std::size_t kMaxOutgoingBytes = 1'000'000;

// Cuts what comes in into the texts of messages.
class FrameReader {
 public:
  void add(std::string_view bytes) { buffer_ += bytes; }

  // The next message; nullopt: more bytes are needed. Errc::invalid: a length
  // of 0 or over the limit, after which nothing can be read.
  [[nodiscard]] Result<std::optional<std::string>> next();

  // Whether a message has begun that is not whole.
  [[nodiscard]] bool in_message() const { return !buffer_.empty(); }

 private:
  std::string buffer_;
};

// The frames of one message, its JSON being `text` (UTF-8): itself, or the
// pieces of README.md.
class FrameWriter {
 public:
  explicit FrameWriter(std::string text) : text_(std::move(text)) {}

  // nullopt: all of them were given.
  [[nodiscard]] std::optional<std::string> next();

  [[nodiscard]] std::size_t message_bytes() const { return text_.size(); }

 private:
  std::string text_;
  std::size_t given_ = 0;
};

}  // namespace berth::native_host
