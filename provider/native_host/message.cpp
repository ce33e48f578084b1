#include "provider/native_host/message.h"

#include <algorithm>
#include <optional>

#include "registry/base/origin.h"
#include "registry/base/strict_json.h"
#include "registry/base/text.h"

namespace berth::native_host {
namespace {

using nlohmann::json;

// An instance reads requests of 32 (parse_json()); here they are wrapped once.
constexpr std::size_t kMaxDepth = 33;

// `text` with a blank for each character that is written as an escape: half of
// a surrogate pair is one that no parser takes.
std::string without_escapes(std::string text) {
  constexpr std::string_view kBlank = "0020";
  for (std::size_t at = text.find('\\'); at < text.size();
       at = text.find('\\', at + 2))
    if (at + 5 < text.size() && text[at + 1] == 'u')
      text.replace(at + 2, kBlank.size(), kBlank);
  return text;
}

// What parse_json() has refused, without the arrays and objects in it; nullopt:
// it is no object.
std::optional<json> outline_of(const std::string& text) {
  const auto keep = [](int depth, json::parse_event_t event, const json&) {
    return depth == 0 || (event != json::parse_event_t::object_start &&
                          event != json::parse_event_t::array_start);
  };
  auto outline =
      json::parse(without_escapes(text), keep, /*allow_exceptions=*/false);
  if (!outline.is_object()) return std::nullopt;
  return outline;
}

const char* name_of(Errc code) {
  switch (code) {
    case Errc::invalid:
      return "invalid";
    case Errc::not_found:
      return "not_found";
    case Errc::unavailable:
      return "unavailable";
    case Errc::untrusted:
      return "untrusted";
    case Errc::timed_out:
      return "timed_out";
    default:
      return "failed";
  }
}

// Why `value` cannot be that member; empty: it can.
std::string problem_of(std::string_view key, const std::string& value) {
  if ((key == "profile" || key == "name") && !is_profile_name(value))
    return std::string(kProfileNameRule);
  if (key == "origin" && !is_origin(value))
    return "an origin is as a browser writes it: https://app.example";
  return "";
}

}  // namespace

Result<Message> parse_message(const std::string& text) {
  auto parsed = parse_json(text, kMaxDepth);
  if (parsed && parsed->is_object()) return Message{std::move(*parsed), ""};
  auto outline = parsed ? std::nullopt : outline_of(text);
  if (!outline) return Error{Errc::invalid, "a message is no JSON object"};
  return Message{std::move(*outline), parsed.error().message};
}

Refusal::Refusal(Error e) : code(name_of(e.code)), error(std::move(e)) {}

std::string quoted(const std::string& text) {
  constexpr std::size_t kMaxBytes = 100;
  if (text.size() <= kMaxBytes) return visible(text);
  return visible(text.substr(0, kMaxBytes)) + "...";
}

json error_message(const Refusal& refusal) {
  return {{"type", "error"},
          {"code", refusal.code},
          {"message", refusal.error.message},
          {"hint", refusal.error.hint}};
}

Result<Fields> read_fields(const json& message,
                           const std::vector<const char*>& keys) {
  Fields fields;
  for (const std::string key : keys) {
    const auto found = message.find(key);
    if (found == message.end() || !found->is_string())
      return Error{Errc::invalid, "this message needs a string: " + key};
    const auto& value = fields[key] = found->get<std::string>();
    if (const auto problem = problem_of(key, value); !problem.empty())
      return Error{Errc::invalid,
                   "no such " + key + " can be: " + quoted(value), problem};
  }
  return fields;
}

}  // namespace berth::native_host
