// Builds one JSON value from SAX events, refusing duplicate keys and deep
// nesting. Internal to the parsers of base and registry.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace berth {

class JsonBuilder : public nlohmann::json::json_sax_t {
 public:
  using json = nlohmann::json;

  explicit JsonBuilder(std::size_t max_depth) : max_depth_(max_depth) {}

  json root;
  // Why a handler answered false.
  std::string problem;

  // No object or array is open: `root` is whole.
  [[nodiscard]] bool complete() const { return stack_.empty(); }

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
  bool parse_error(std::size_t, const std::string&,
                   const json::exception& error) override {
    problem = error.what();
    return false;
  }

 private:
  json* place(json&& value) {
    if (stack_.empty()) return &(root = std::move(value));
    json& parent = *stack_.back();
    if (parent.is_object()) return &(parent[key_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }
  bool put(json value) {
    place(std::move(value));
    return true;
  }
  bool open(json value) {
    if (stack_.size() == max_depth_) {
      problem = "nested deeper than " + std::to_string(max_depth_);
      return false;
    }
    stack_.push_back(place(std::move(value)));
    return true;
  }
  bool close() {
    stack_.pop_back();
    return true;
  }

  std::size_t max_depth_;
  std::vector<json*> stack_;
  std::string key_;
};

}  // namespace berth
