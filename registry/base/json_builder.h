// Builds one JSON value from SAX events, refusing duplicate keys and deep
// nesting. Internal to the parsers of base and registry.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "registry/base/text.h"

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
    auto& object = stack_.back()->get_ref<json::object_t&>();
    const auto [place, is_new] = object.try_emplace(std::move(value), nullptr);
    if (!is_new) {
      problem = "duplicate key \"" + excerpt(place->first) + "\"";
      return false;
    }
    member_ = &place->second;
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
    if (member_) {
      *member_ = std::move(value);
      return std::exchange(member_, nullptr);
    }
    return &stack_.back()->get_ref<json::array_t&>().emplace_back(
        std::move(value));
  }
  bool put(json&& value) {
    place(std::move(value));
    return true;
  }
  bool open(json&& value) {
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
  json* member_ = nullptr;  // its key was read, its value comes
};

}  // namespace berth
