#include "server/raw_json.h"

#include <algorithm>
#include <cstddef>

namespace berth::server {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// Walks over values that are known to be well-formed.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  // The next thing that is no blank; '\0' at the end.
  char peek() {
    at_ = std::min(text_.find_first_not_of(kBlanks, at_), text_.size());
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void skip() {
    peek();
    ++at_;
  }
  std::string_view value() {
    const char first = peek();
    const auto start = at_;
    if (first == '"')
      skip_string();
    else if (first == '{' || first == '[')
      skip_nested();
    else
      at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    return text_.substr(start, at_ - start);
  }

 private:
  void skip_string() {
    for (++at_; text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\') ++at_;
    ++at_;
  }
  void skip_nested() {
    int depth = 0;
    do {
      if (text_[at_] == '"') {
        skip_string();
        continue;
      }
      if (text_[at_] == '{' || text_[at_] == '[') ++depth;
      if (text_[at_] == '}' || text_[at_] == ']') --depth;
      ++at_;
    } while (depth > 0);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<std::string_view> raw_elements(std::string_view array) {
  std::vector<std::string_view> elements;
  Cursor cursor(array);
  cursor.skip();
  while (cursor.peek() != ']') {
    elements.push_back(cursor.value());
    if (cursor.peek() == ',') cursor.skip();
  }
  return elements;
}

std::optional<std::string_view> raw_member(std::string_view object,
                                           std::string_view key) {
  Cursor cursor(object);
  cursor.skip();
  while (cursor.peek() != '}') {
    const auto name = cursor.value();
    cursor.skip();  // the colon
    const auto value = cursor.value();
    if (name.substr(1, name.size() - 2) == key) return value;
    if (cursor.peek() == ',') cursor.skip();
  }
  return std::nullopt;
}

}  // namespace berth::server
