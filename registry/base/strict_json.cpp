#include "registry/base/strict_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace berth {
namespace {

using nlohmann::json;

std::string place(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto start = before.rfind('\n');
  const auto column =
      before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column) +
         ": ";
}

// Builds the value itself, so that duplicate keys can be refused on the way.
class Builder : public json::json_sax_t {
 public:
  Builder(std::string_view text, std::size_t max_depth)
      : text_(text), max_depth_(max_depth) {}

  json root;
  std::string problem;

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(std::int64_t value) override { return put(value); }
  bool number_unsigned(std::uint64_t value) override { return put(value); }
  bool number_float(double value, const std::string&) override {
    return put(value);
  }
  bool string(std::string& value) override { return put(std::move(value)); }
  bool binary(json::binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& value) override {
    if (stack_.back()->contains(value)) {
      problem = "duplicate key \"" + value + "\"";
      return false;
    }
    key_ = std::move(value);
    return true;
  }
  bool parse_error(std::size_t position, const std::string& token,
                   const json::exception& error) override {
    // The parser counts the offending character in. Its own text repeats the
    // position and the library's name, so only the tail is of use.
    std::string reason = error.what();
    if (const auto at = reason.find(": "); at != std::string::npos)
      reason.erase(0, at + 2);
    if (reason.empty()) reason = "unexpected '" + token + "'";
    problem = place(text_, position > 0 ? position - 1 : 0) + reason;
    return false;
  }

 private:
  json* put(json&& value, bool) {
    if (stack_.empty()) return &(root = std::move(value));
    json& parent = *stack_.back();
    if (parent.is_object()) return &(parent[key_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }
  bool put(json value) { return put(std::move(value), true) != nullptr; }
  bool open(json value) {
    if (stack_.size() == max_depth_) {
      problem = "nested deeper than " + std::to_string(max_depth_);
      return false;
    }
    stack_.push_back(put(std::move(value), true));
    return true;
  }
  bool close() {
    stack_.pop_back();
    return true;
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::vector<json*> stack_;
  std::string key_;
};

}  // namespace

Result<json> parse_json(std::string_view text, std::size_t max_depth) {
  Builder builder(text, max_depth);
  if (json::sax_parse(text, &builder)) return std::move(builder.root);
  return Error{Errc::invalid, builder.problem};
}

}  // namespace berth
