#include "server/wallets/json_splitter.h"

namespace berth::server {

Result<std::optional<std::string>> JsonSplitter::next() {
  if (scanned_ == 0 && !skip_space()) return std::optional<std::string>();
  if (buffer_.front() != '{' && buffer_.front() != '[')
    return Error{Errc::invalid, "no JSON message begins like this"};
  while (scanned_ < buffer_.size()) {
    if (!ends_message(buffer_[scanned_++])) continue;
    auto message = buffer_.substr(0, scanned_);
    buffer_.erase(0, scanned_);
    scanned_ = 0;
    return std::optional(std::move(message));
  }
  if (scanned_ > max_bytes_)
    return Error{Errc::invalid, "a message of more than " +
                                    std::to_string(max_bytes_) + " bytes"};
  return std::optional<std::string>();
}

bool JsonSplitter::skip_space() {
  const auto begin = buffer_.find_first_not_of(" \t\r\n");
  buffer_.erase(0, begin);
  return !buffer_.empty();
}

bool JsonSplitter::ends_message(char c) {
  if (in_string_) {
    // A quote or bracket behind a backslash, or in a string, ends nothing.
    const bool ends_string = !escaped_ && c == '"';
    escaped_ = !escaped_ && c == '\\';
    in_string_ = !ends_string;
    return false;
  }
  if (c == '"') in_string_ = true;
  if (c == '{' || c == '[') ++depth_;
  if (c == '}' || c == ']') --depth_;
  return depth_ == 0;
}

}  // namespace berth::server
