// Any bytes on the native host's stdin. Not only "it does not crash": what is
// read does not depend on how it comes, and what is answered is read again.
//
// Input: the size of the parts it comes in (1 byte; 157: the answer is long
// enough for pieces), the bytes.
#include <nlohmann/json.hpp>

#include "provider/native_host/frames.h"
#include "provider/native_host/message.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace berth;
using namespace berth::native_host;
using berth::fuzz::require;
using nlohmann::json;

struct Read {
  std::vector<std::string> texts;
  bool refused = false;
  bool in_message = false;

  bool operator==(const Read&) const = default;
};

Read read_in_parts(std::string_view bytes, std::size_t part) {
  Read read;
  FrameReader frames;
  for (; !bytes.empty() && !read.refused;
       bytes.remove_prefix(std::min(part, bytes.size()))) {
    frames.add(bytes.substr(0, part));
    auto text = frames.next();
    for (; text && *text; text = frames.next()) read.texts.push_back(**text);
    read.refused = !text;
  }
  read.in_message = !read.refused && frames.in_message();
  return read;
}

void require_message(const std::string& text) {
  const auto message = parse_message(text);
  if (!message) return require(message.error().code == Errc::invalid);
  require(message->members.is_object());
  if (message->problem.empty()) return;
  for (const auto& member : message->members) require(!member.is_structured());
}

// As a browser puts it together again.
void require_comes_back(const std::string& text) {
  FrameWriter writer(text);
  std::string joined;
  bool last = false;
  while (const auto frame = writer.next()) {
    require(!last && frame->size() <= 4 + kMaxOutgoingBytes);
    const std::string_view body = std::string_view(*frame).substr(4);
    if (text.size() <= kMaxOutgoingBytes) {
      joined = body;
      continue;
    }
    const auto piece = json::parse(body);
    joined += piece.at("text").get<std::string>();
    last = piece.at("last");
  }
  require(joined == text);
}

std::string answer_of(std::string_view bytes, bool is_long) {
  std::string answer(bytes);
  while (is_long && answer.size() <= kMaxOutgoingBytes) answer += bytes;
  return json(answer).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1,
                               size - 1);
  const auto whole = read_in_parts(bytes, bytes.size());
  require(whole == read_in_parts(bytes, data[0] % 16 + 1));
  for (const auto& text : whole.texts) {
    require(!text.empty() && text.size() <= kMaxIncomingBytes);
    require_message(text);
  }
  require_message(std::string(bytes));
  require_comes_back(answer_of(bytes, data[0] == 157));
  return 0;
}
