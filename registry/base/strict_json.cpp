#include "registry/base/strict_json.h"

#include <algorithm>

#include "registry/base/json_builder.h"

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

// Adds the place of a syntax error.
class PlacingBuilder : public JsonBuilder {
 public:
  PlacingBuilder(std::string_view text, std::size_t max_depth)
      : JsonBuilder(max_depth), text_(text) {}

  bool parse_error(std::size_t position, const std::string&,
                   const json::exception& error) override {
    // The parser counts the offending character in. Its own text starts with
    // its name and repeats the position: only what follows is of use.
    std::string reason = error.what();
    if (const auto at = reason.find(": "); at != std::string::npos)
      reason.erase(0, at + 2);
    problem = position_of(text_, position > 0 ? position - 1 : 0) + reason;
    return false;
  }

 private:
  std::string_view text_;
};

}  // namespace

Result<nlohmann::json> parse_json(std::string_view text,
                                  std::size_t max_depth) {
  // The parser takes a NUL for the end and would ignore all that follows.
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    return Error{Errc::invalid, position_of(text, nul) + "a NUL byte"};
  PlacingBuilder builder(text, max_depth);
  if (nlohmann::json::sax_parse(text, &builder)) return std::move(builder.root);
  return Error{Errc::invalid, builder.problem};
}

}  // namespace berth
