// Takes a JSON object apart, key by key: what is missing keeps its default,
// what is wrong or unknown is an error that names the key. For the .cpp files
// of config and profile only.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "registry/base/result.h"
#include "registry/base/text.h"

namespace berth::launcher {

class JsonFields {
 public:
  // `object` must outlive this.
  explicit JsonFields(const nlohmann::json& object) : object_(object) {
    if (!object.is_object()) problem_ = "must be a JSON object";
  }

  // Each: false where the key is missing or wrong; `out` is untouched then.
  bool text(const char* key, std::string& out) {
    const auto* value = find(key, "must be a string", &json::is_string);
    if (value) out = value->get<std::string>();
    return value != nullptr;
  }
  bool flag(const char* key, bool& out) {
    const auto* value = find(key, "must be true or false", &json::is_boolean);
    if (value) out = value->get<bool>();
    return value != nullptr;
  }
  template <class Number>
  bool number(const char* key, Number& out, std::uint64_t least,
              std::uint64_t most) {
    const std::string must = "must be a number from " + std::to_string(least) +
                             " to " + std::to_string(most);
    const auto* value = find(key, must, &json::is_number_unsigned);
    if (!value) return false;
    const auto wide = value->get<std::uint64_t>();
    if (wide < least || wide > most) return fail(key, must);
    out = static_cast<Number>(wide);
    return true;
  }
  // A list, as text.
  bool list(const char* key, std::string& out) {
    const auto* value = find(key, "must be a list", &json::is_array);
    if (value) out = value->dump();
    return value != nullptr;
  }
  // An object, as text.
  bool object(const char* key, std::string& out) {
    const auto* value = find(key, "must be an object", &json::is_object);
    if (value) out = value->dump();
    return value != nullptr;
  }

  // The first problem, or an unknown key.
  [[nodiscard]] Result<void> finish() const {
    if (!problem_.empty()) return Error{Errc::invalid, problem_};
    for (const auto& item : object_.items())
      if (!known_.contains(item.key()))
        return Error{Errc::invalid,
                     "unknown key \"" + excerpt(item.key()) + "\""};
    return {};
  }

 private:
  using json = nlohmann::json;

  const json* find(const char* key, const std::string& must,
                   bool (json::*is)() const noexcept) {
    known_.insert(key);
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(key);
    if (found == object_.end()) return nullptr;
    if (((*found).*is)()) return &*found;
    fail(key, must);
    return nullptr;
  }
  bool fail(const char* key, const std::string& must) {
    if (problem_.empty()) problem_ = std::string(key) + " " + must;
    return false;
  }

  const json& object_;
  std::set<std::string> known_;
  std::string problem_;
};

}  // namespace berth::launcher
