#include "provider/native_host/frames.h"

#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>

namespace berth::native_host {
namespace {

using Length = std::uint32_t;

// Of a piece's text. What JSON escapes in JSON are quotes and backslashes, so
// it at most doubles.
constexpr std::size_t kPieceBytes = 490'000;

std::string frame_of(std::string_view text) {
  const auto length = static_cast<Length>(text.size());
  std::string frame(sizeof length, '\0');
  std::memcpy(frame.data(), &length, sizeof length);
  return frame += text;
}

// Where a piece that begins at `begin` ends: not within a character.
std::size_t piece_end(std::string_view text, std::size_t begin) {
  if (text.size() - begin <= kPieceBytes) return text.size();
  std::size_t end = begin + kPieceBytes;
  while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return end;
}

}  // namespace

Result<std::optional<std::string>> FrameReader::next() {
  Length length = 0;
  if (buffer_.size() < sizeof length) return std::optional<std::string>();
  std::memcpy(&length, buffer_.data(), sizeof length);
  if (length == 0 || length > kMaxIncomingBytes)
    return Error{Errc::invalid,
                 "no message has this length: " + std::to_string(length)};
  if (buffer_.size() < sizeof length + length)
    return std::optional<std::string>();
  auto text = buffer_.substr(sizeof length, length);
  buffer_.erase(0, sizeof length + length);
  return std::optional(std::move(text));
}

std::optional<std::string> FrameWriter::next() {
  if (given_ == text_.size()) return std::nullopt;
  if (text_.size() <= kMaxOutgoingBytes) {
    given_ = text_.size();
    return frame_of(text_);
  }
  const auto end = piece_end(text_, given_);
  const nlohmann::json piece{{"type", "piece"},
                             {"text", text_.substr(given_, end - given_)},
                             {"last", end == text_.size()}};
  given_ = end;
  return frame_of(piece.dump());
}

}  // namespace berth::native_host
