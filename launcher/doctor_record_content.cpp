#include <nlohmann/json.hpp>

#include "launcher/doctor_record.h"
#include "registry/base/strict_json.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

using nlohmann::json;
using Level = Finding::Level;

// A good record of no more than the required keys. What is wrong with a key is
// what parse_record() says when that key alone is put into it: so every wrong
// key is found, and every limit is checked in one place.
json least_record() {
  return {{"format", 1},
          {"name", "x"},
          {"id", "00000000-0000-4000-8000-000000000000"},
          {"kind", "wallet"},
          {"pid", 1},
          {"uid", 0},
          {"started_at", "2026-01-02T03:04:05.678Z"},
          {"endpoint", {{"host", "127.0.0.1"}, {"port", 1}}},
          {"level", 0}};
}

// Which level a token belongs to is asked of the two together, below.
json with_token(json record, int level) {
  record["level"] = level;
  record["token"] = std::string(43, 'A');
  return record;
}

// What readers say to it, or "".
std::string refusal(const json& record) {
  const auto parsed = registry::parse_record(record.dump());
  return parsed ? "" : parsed.error().message;
}

std::string refusal_of_key(const std::string& key, const json& value) {
  json record = least_record();
  if (key == "token") record = with_token(std::move(record), 1);
  if (key == "level" && value.is_number_integer() && value != 0)
    record = with_token(std::move(record), 1);
  record[key] = value;
  return refusal(record);
}

// `message` starts with the key.
void add_wrong(Findings& findings, const std::string& key,
               std::string message) {
  if (message.starts_with(key + " ")) message.erase(0, key.size() + 1);
  add_problem(findings, "key", key, std::move(message), "correct it",
              kRecordSection);
}

// Each of its members alone, in a group that is good otherwise.
bool examine_members(const std::string& key, const json& group,
                     Findings& findings) {
  const json whole = {{"endpoint", {{"host", "127.0.0.1"}, {"port", 1}}},
                      {"software", {{"name", "x"}, {"version", "x"}}}};
  bool good = true;
  for (const auto& [member, value] : group.items()) {
    json tried = whole.at(key);
    tried[member] = value;
    const auto why = refusal_of_key(key, tried);
    if (why.empty()) continue;
    good = false;
    add_wrong(findings, key + "." + member, why);
  }
  return good;
}

void examine_key(const std::string& key, const json& value,
                 Findings& findings) {
  const bool group = key == "endpoint" || key == "software";
  if (group && value.is_object() && !examine_members(key, value, findings))
    return;
  const auto why = refusal_of_key(key, value);
  if (!why.empty()) add_wrong(findings, key, why);
}

void examine_required(const json& record, Findings& findings) {
  const json least = least_record();
  for (const auto& [key, value] : least.items())
    if (!record.contains(key))
      add_problem(findings, "key", key, "is missing, and required", "add it",
                  kRecordSection);
}

void examine_pairs(const json& record, const std::string& name,
                   Findings& findings) {
  const auto level = record.find("level");
  if (level != record.end() && level->is_number_integer()) {
    const bool token = record.contains("token");
    if (*level == 0 && token)
      add_problem(findings, "key", "token", "is there, and the level is 0",
                  "leave it out, or answer the hello and say level 1",
                  kRecordSection);
    if ((*level == 1 || *level == 2) && !token)
      add_problem(findings, "key", "token",
                  "is missing, and the level is " + level->dump(),
                  "make 32 random bytes at every start, or say level 0",
                  kRecordSection);
  }
  const auto named = record.find("name");
  if (named != record.end() && named->is_string() && *named != name)
    add_problem(
        findings, "key", "name",
        "is \"" + named->get<std::string>() + "\", not that of the file",
        "publish it as " + name + ", or under its own name", kRecordSection);
}

// Deeper than a record may be, so that its values still have a look each.
constexpr std::size_t kMaxDepth = 64;

// The text as JSON, or why no strict reader takes it for an object.
std::optional<json> parse(std::string_view text, const std::string& name,
                          Findings& findings) {
  const auto wrong = [&](const std::string& message, const std::string& to_do) {
    add_problem(findings, "JSON", name, message, to_do, kRecordSection);
  };
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) {
    wrong("starts with a byte order mark", "leave it out (RFC 8259, 8.1)");
    text.remove_prefix(kByteOrderMark.size());
  }
  if (text.empty()) {
    wrong("is empty", "write all of it before the rename");
    return std::nullopt;
  }
  if (!is_utf8(text)) wrong("is not UTF-8", "write UTF-8");
  auto value = parse_json(text, kMaxDepth);
  if (!value) {
    wrong(value.error().message, "write one JSON object (RFC 8259)");
    return std::nullopt;
  }
  if (!value->is_object()) {
    wrong("is no object", "write one JSON object");
    return std::nullopt;
  }
  return std::move(*value);
}

bool starts_with_format(const std::string& text) {
  const auto key = text.find('"');
  return text.substr(key == std::string::npos ? text.size() : key, 8) ==
         "\"format\"";
}

}  // namespace

std::optional<registry::Record> examine_content(const std::string& text,
                                                const std::string& name,
                                                Findings& findings) {
  const std::size_t before = findings.size();
  const auto value = parse(text, name, findings);
  if (value) {
    examine_required(*value, findings);
    for (const auto& [key, member] : value->items())
      examine_key(key, member, findings);
    examine_pairs(*value, name, findings);
  }
  auto record = registry::parse_record(text);
  if (!record) {
    if (findings.size() == before)  // what only the whole of it shows
      add_problem(findings, "JSON", name, record.error().message, "correct it",
                  kRecordSection);
    return std::nullopt;
  }
  if (!starts_with_format(text))
    findings.push_back({Level::note, "key", "format", "does not come first",
                        "write it first: it tells how to read the rest"});
  if (findings.size() == before)
    findings.push_back(
        {Level::ok, "keys", name, "all there and within their limits", ""});
  return std::move(*record);
}

}  // namespace berth::launcher
