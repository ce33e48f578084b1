// JSON messages out of a stream of bytes, one after the other, with or without
// line breaks between them: how go-ethereum and others talk over IPC.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "registry/base/result.h"

namespace berth::server {

class JsonSplitter {
 public:
  // `max_bytes`: of one message.
  explicit JsonSplitter(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  void feed(std::string_view bytes) { buffer_.append(bytes); }

  // The next whole object or array, or nullopt when more bytes are needed.
  // Errc::invalid when something else stands where a message must begin, or it
  // is too long: nothing behind it can be trusted any more.
  [[nodiscard]] Result<std::optional<std::string>> next();

 private:
  [[nodiscard]] bool skip_space();
  // True at the byte that ends the message.
  [[nodiscard]] bool ends_message(char c);

  std::size_t max_bytes_;
  std::string buffer_;
  std::size_t scanned_ = 0;  // of buffer_, by the state below
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace berth::server
