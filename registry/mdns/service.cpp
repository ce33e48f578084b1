#include "registry/mdns/service.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "registry/base/text.h"

namespace berth::mdns {
namespace {

constexpr bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

constexpr bool is_service_label(std::string_view label) {
  bool letter = false;
  char before = '-';
  for (const char c : label) {
    if (c == '-' ? before == '-' : !is_lower_or_digit(c)) return false;
    letter = letter || (c >= 'a' && c <= 'z');
    before = c;
  }
  return label.size() <= 15 && letter && before != '-';
}

// What begins with "_" and ends so has 6 bytes or more.
constexpr bool is_service_type(std::string_view type) {
  return type.starts_with('_') &&
         (type.ends_with("._tcp") || type.ends_with("._udp")) &&
         is_service_label(type.substr(1, type.size() - 6));
}
static_assert(is_service_type(kServiceType));

Error invalid(std::string what) { return {Errc::invalid, std::move(what), {}}; }

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool is_uuid(std::string_view id) {
  if (id.size() != 36) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? id[i] != '-' : !is_hex(id[i])) return false;
  }
  return true;
}

// EIP-1474 quantity, as in a record of the registry.
bool is_quantity(std::string_view text) {
  if (!text.starts_with("0x") || text.size() < 3 || text.size() > 18)
    return false;
  if (text[2] == '0' && text.size() > 3) return false;
  return std::all_of(text.begin() + 2, text.end(), is_hex);
}

// RFC 6763 section 6.4.
bool is_txt_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return c >= 0x20 && c <= 0x7e;
  });
}

std::string_view as_text(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Keys have no case (RFC 6763 section 6.4).
bool same_key(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// The value of the first string with `key`; nullopt: none has it and a value.
std::optional<std::string> value_of(const Txt& txt, std::string_view key) {
  for (const auto& entry : txt) {
    const std::string_view text = as_text(entry);
    const auto equals = text.find('=');
    if (!same_key(text.substr(0, equals), key)) continue;
    if (equals == std::string_view::npos) return std::nullopt;
    return std::string(text.substr(equals + 1));
  }
  return std::nullopt;
}

Result<void> check_name(std::string_view name) {
  const auto wrong = [&](const char* must) {
    return invalid(std::string("service name ") + must + ": \"" +
                   visible(name.substr(0, kMaxNameBytes)) + "\"");
  };
  if (name.empty() || name.size() > kMaxNameBytes)
    return wrong("must have 1 to 63 bytes");
  if (!is_utf8(name)) return wrong("is no UTF-8");
  for (const char c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return wrong("has a control character");
  return {};
}

Result<void> check_txt(const Txt& txt) {
  std::size_t total = 0;
  for (const auto& entry : txt) {
    const std::string_view text = as_text(entry);
    const std::string_view key = text.substr(0, text.find('='));
    if (entry.size() > kMaxTxtStringBytes)
      return invalid("TXT string of more than 255 bytes: " +
                     visible(key.substr(0, 32)));
    if (!is_txt_key(key))
      return invalid("TXT key must be printable ASCII: \"" +
                     visible(key.substr(0, 32)) + "\"");
    total += entry.size() + 1;
  }
  if (total > kMaxTxtBytes)
    return invalid("TXT record of more than " + std::to_string(kMaxTxtBytes) +
                   " bytes: " + std::to_string(total));
  return {};
}

}  // namespace

Result<void> check(const Service& service) {
  if (!is_uuid(service.id))
    return invalid("id is no UUID in lower case: \"" + visible(service.id) +
                   "\"");
  if (service.port == 0) return invalid("port must be 1 to 65535: 0");
  if (service.protocol_version == 0)
    return invalid("protocol version must be at least 1: 0");
  if (!service.chain_id.empty() && !is_quantity(service.chain_id))
    return invalid("chain is no 0x quantity: \"" + visible(service.chain_id) +
                   "\"");
  return {};
}

Result<void> check_update(const Service& before, const Service& after) {
  if (after.id != before.id)
    return invalid("another id, so another service: \"" + visible(after.id) +
                   "\"");
  return check(after);
}

std::string service_name(std::string_view id, int attempt) {
  std::string name = "berth-" + std::string(id.substr(0, 8));
  if (attempt > 1) name += "-" + std::to_string(attempt);
  return name;
}

Txt to_txt(const Service& service) {
  Txt txt;
  const auto add = [&](const std::string& entry) {
    txt.emplace_back(entry.begin(), entry.end());
  };
  add("txtvers=1");
  add("id=" + service.id);
  add("pv=" + std::to_string(service.protocol_version));
  if (!service.chain_id.empty()) add("chain=" + service.chain_id);
  return txt;
}

Result<Service> parse_service(std::string_view name, std::uint16_t port,
                              const Txt& txt) {
  if (auto ok = check_name(name); !ok) return ok.error();
  if (auto ok = check_txt(txt); !ok) return ok.error();
  if (value_of(txt, "txtvers") != "1") return invalid("TXT has no txtvers=1");
  Service service;
  service.id = value_of(txt, "id").value_or("");
  service.port = port;
  service.chain_id = value_of(txt, "chain").value_or("");
  const std::string version = value_of(txt, "pv").value_or("");
  const char* const end = version.data() + version.size();
  const auto [stop, error] =
      std::from_chars(version.data(), end, service.protocol_version);
  if (error != std::errc() || stop != end)
    return invalid("TXT has no number as pv");
  if (auto ok = check(service); !ok) return ok.error();
  return service;
}

Announcement announcement_of(const Service& service, int attempt) {
  Announcement announcement;
  announcement.name = service_name(service.id, attempt);
  announcement.port = service.port;
  announcement.txt = to_txt(service);
  return announcement;
}

Result<void> check(const Announcement& announcement) {
  if (auto ok = check_name(announcement.name); !ok) return ok;
  if (!is_service_type(announcement.type))
    return invalid(
        "service type must be _NAME._tcp, NAME of 1 to 15 a-z 0-9 -: \"" +
        visible(announcement.type.substr(0, kMaxNameBytes)) + "\"");
  if (announcement.port == 0) return invalid("port must be 1 to 65535: 0");
  return check_txt(announcement.txt);
}

Bytes to_wire(const Txt& txt) {
  Bytes wire;
  for (const auto& entry : txt) {
    wire.push_back(static_cast<std::uint8_t>(entry.size()));
    wire.insert(wire.end(), entry.begin(), entry.end());
  }
  return wire;
}

Result<Txt> parse_wire(std::span<const std::uint8_t> wire) {
  Txt txt;
  while (!wire.empty()) {
    const std::size_t length = wire[0];
    if (length >= wire.size())
      return invalid("TXT string reaches beyond the end of its record");
    const auto entry = wire.subspan(1, length);
    // An empty string says nothing (RFC 6763 section 6.1).
    if (length > 0) txt.emplace_back(entry.begin(), entry.end());
    wire = wire.subspan(1 + length);
  }
  return txt;
}

}  // namespace berth::mdns
