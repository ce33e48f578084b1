#include "registry/record.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "registry/base/clock.h"
#include "registry/base/encoding.h"
#include "registry/base/strict_json.h"
#include "registry/base/text.h"

namespace berth::registry {
namespace {

using Json = nlohmann::ordered_json;

Error wrong(const char* key, const std::string& must) {
  return {Errc::invalid, std::string(key) + " " + must};
}

Result<void> check_text(const char* key, std::string_view text,
                        std::size_t limit) {
  if (text.size() > limit)
    return wrong(key, "is over " + std::to_string(limit) + " bytes");
  if (!is_utf8(text)) return wrong(key, "must be UTF-8");
  return {};
}

bool all_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view kHexDigits = "0123456789abcdef";

bool is_uuid_v4(std::string_view id) {
  if (id.size() != 36) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? id[i] != '-' : kHexDigits.find(id[i]) == std::string_view::npos)
      return false;
  }
  return id[14] == '4' && (id[19] >= '8' && id[19] <= 'b') &&
         (id[19] <= '9' || id[19] >= 'a');
}

// 127.0.0.0/8 in four decimal numbers, or ::1. Not parsed by inet_pton alone,
// so that nothing but the usual spelling gets through.
bool is_loopback(std::string_view host) {
  if (host == "::1") return true;
  if (!host.starts_with("127.") || !all_of(host, "0123456789.") ||
      host.ends_with('.'))
    return false;
  int numbers = 0;
  while (!host.empty()) {
    const auto part = host.substr(0, host.find('.'));
    const bool padded = part.size() > 1 && part[0] == '0';
    if (part.empty() || part.size() > 3 || padded) return false;
    if (part.size() == 3 && part > "255") return false;
    ++numbers;
    host.remove_prefix(std::min(part.size() + 1, host.size()));
  }
  return numbers == 4;
}

bool is_token(std::string_view token) {
  const auto bytes = base64url_decode(token);
  return bytes && bytes->size() == 32;
}

bool is_label(std::string_view label) {
  return label.size() == 16 && label[0] >= 'a' && label[0] <= 'z' &&
         all_of(label, "abcdefghijklmnopqrstuvwxyz234567");
}

bool is_color(std::string_view color) {
  return color.size() == 7 && color[0] == '#' &&
         all_of(color.substr(1), "0123456789abcdefABCDEF");
}

// EIP-1474 "Quantity": hexadecimal, without leading zeros.
bool is_quantity(std::string_view text) {
  return text.size() >= 3 && text.size() <= 18 && text.starts_with("0x") &&
         all_of(text.substr(2), kHexDigits) &&
         (text[2] != '0' || text.size() == 3);
}

// RFC 2397; all of a URI is printable ASCII.
bool is_image(std::string_view uri) {
  return uri.starts_with("data:image/") &&
         std::all_of(uri.begin(), uri.end(),
                     [](char c) { return c > ' ' && c < '\x7f'; });
}

// Within a record, so one level less deep.
bool is_object(std::string_view text) {
  const auto value = parse_json(text, kMaxRecordDepth - 1);
  return value && value->is_object();
}

Result<void> check_identity(const Record& r) {
  if (!is_record_name(r.name)) return wrong("name", "is no profile name");
  if (!is_uuid_v4(r.id)) return wrong("id", "must be a lower-case UUID v4");
  if (r.pid <= 0) return wrong("pid", "must be positive");
  if (!from_rfc3339(r.started_at))
    return wrong("started_at", "must be like 2026-01-02T03:04:05.678Z");
  return check_text("boot_id", r.boot_id, 64);
}

Result<void> check_endpoint(const Record& r) {
  if (!is_loopback(r.endpoint.host))
    return wrong("endpoint.host", "must be a literal loopback address");
  if (r.endpoint.port == 0) return wrong("endpoint.port", "must be 1 to 65535");
  if (r.level < 0 || r.level > 2) return wrong("level", "must be 0, 1 or 2");
  if (r.token.empty() != (r.level == 0))
    return wrong("token", "must be there at level 1 and 2, and only there");
  if (!r.token.empty() && !is_token(r.token))
    return wrong("token", "must be 32 bytes as base64url without padding");
  return {};
}

Result<void> check_display(const Record& r) {
  if (!r.label.empty() && !is_label(r.label))
    return wrong("label", "must be 16 base32 characters, the first a letter");
  if (auto ok = check_text("title", r.title, 256); !ok) return ok;
  if (!r.color.empty() && !is_color(r.color))
    return wrong("color", "must be like #1a2b3c");
  if (r.icon.size() > 32768) return wrong("icon", "is over 32768 bytes");
  if (!r.icon.empty() && !is_image(r.icon))
    return wrong("icon", "must be a data: URI of an image");
  if (!r.chain_id.empty() && !is_quantity(r.chain_id))
    return wrong("chain_id", "must be like 0x7a69");
  if (auto ok = check_text("software.name", r.software.name, 64); !ok)
    return ok;
  if (auto ok = check_text("software.version", r.software.version, 64); !ok)
    return ok;
  if (r.extra.size() > 16384) return wrong("extra", "is over 16384 bytes");
  return {};
}

template <class T>
void put(Json& json, const char* key, const T& value) {
  if (value != T{}) json[key] = value;
}

}  // namespace

const char* to_string(Kind kind) {
  return kind == Kind::wallet ? "wallet" : "manager";
}

const char* to_string(State state) {
  return state == State::ready ? "ready" : "locked";
}

const char* to_string(StartedBy started_by) {
  switch (started_by) {
    case StartedBy::run:
      return "run";
    case StartedBy::start:
      return "start";
    case StartedBy::berthd:
      return "berthd";
  }
  return "run";
}

bool is_record_name(std::string_view name) {
  if (name.starts_with('@')) name.remove_prefix(1);
  return is_profile_name(name);
}

Result<void> check(const Record& record) {
  if (auto ok = check_parsed(record); !ok) return ok;
  if (!record.extra.empty() && !is_object(record.extra))
    return wrong("extra", "must be a JSON object, at most 7 deep");
  return {};
}

Result<void> check_parsed(const Record& record) {
  if (auto ok = check_identity(record); !ok) return ok;
  if (auto ok = check_endpoint(record); !ok) return ok;
  return check_display(record);
}

std::string to_json(const Record& r) {
  Json json;
  json["format"] = kFormat;
  json["name"] = r.name;
  json["id"] = r.id;
  json["kind"] = to_string(r.kind);
  json["pid"] = r.pid;
  put(json, "boot_id", r.boot_id);
  put(json, "pid_namespace", r.pid_namespace);
  put(json, "start_ticks", r.start_ticks);
  json["uid"] = r.uid;
  json["started_at"] = r.started_at;
  json["endpoint"] = {{"host", r.endpoint.host}, {"port", r.endpoint.port}};
  put(json, "token", r.token);
  json["level"] = r.level;
  json["approvals"] = r.approvals == Approvals::berth ? "berth" : "own";
  json["state"] = to_string(r.state);
  json["started_by"] = to_string(r.started_by);
  put(json, "label", r.label);
  put(json, "title", r.title);
  put(json, "color", r.color);
  put(json, "icon", r.icon);
  put(json, "chain_id", r.chain_id);
  if (r.software != Software{})
    json["software"] = {{"name", r.software.name},
                        {"version", r.software.version}};
  if (!r.extra.empty()) json["extra"] = Json::parse(r.extra);
  return json.dump(2) + "\n";
}

}  // namespace berth::registry
