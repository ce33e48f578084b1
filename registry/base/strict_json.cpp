#include "registry/base/strict_json.h"

#include <algorithm>

#include "registry/base/json_builder.h"
#include "registry/base/json_events.h"
#include "registry/base/text.h"

namespace berth {
namespace {

std::string position_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto start = before.rfind('\n');
  const auto column =
      before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column) +
         ": ";
}

// Adds the place of a syntax error, and what nlohmann's parser says of it.
class PlacingBuilder : public JsonBuilder {
 public:
  PlacingBuilder(std::string_view text, std::size_t max_depth)
      : JsonBuilder(max_depth), text_(text) {}

  bool parse_error(std::size_t position, const std::string&,
                   const json::exception& error) override {
    // The parser counts the offending character in. Its own text starts with
    // its name and repeats the position: only what follows is of use. It quotes
    // the input.
    std::string reason = error.what();
    if (const auto at = reason.find(": "); at != std::string::npos)
      reason.erase(0, at + 2);
    problem =
        position_of(text_, position > 0 ? position - 1 : 0) + excerpt(reason);
    return false;
  }

 private:
  std::string_view text_;
};

// Why `text` was refused. `offset`: where.
Error fault_of(std::string_view text, std::size_t max_depth,
               std::size_t offset) {
  PlacingBuilder builder(text, max_depth);
  if (nlohmann::json::sax_parse(text, &builder))
    return {Errc::invalid, position_of(text, offset) + "no JSON"};
  return {Errc::invalid, builder.problem};
}

}  // namespace

Result<nlohmann::json> parse_json(std::string_view text,
                                  std::size_t max_depth) {
  // The parser takes a NUL for the end and would ignore all that follows.
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    return Error{Errc::invalid, position_of(text, nul) + "a NUL byte"};
  if (text.starts_with("\xef\xbb\xbf"))
    return Error{Errc::invalid,
                 position_of(text, 0) + "a byte order mark (RFC 8259, 8.1)"};
  JsonBuilder builder(max_depth);
  const auto fault = read_json(text, builder);
  if (fault || !builder.problem.empty())
    return fault_of(text, max_depth, fault.value_or(0));
  return std::move(builder.root);
}

}  // namespace berth
