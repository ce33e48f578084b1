// What one mDNS record says of an instance, as data; names and TXT in and out,
// every limit checked here, before a library sees anything: libdbus aborts the
// process on text that is no UTF-8, Bonjour cuts long names off in silence.
// Plain values; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "registry/base/encoding.h"
#include "registry/base/result.h"

namespace berth::mdns {

// RFC 6335 section 5.1: 1 to 15 of a-z 0-9 -, with a letter, no hyphen at an
// end or beside another; then RFC 6763 section 7. Checked when compiled.
inline constexpr std::string_view kServiceType = "_berth._tcp";
// Version of the wire (server/README.md) that an instance speaks.
inline constexpr std::uint32_t kProtocolVersion = 1;

inline constexpr std::size_t kMaxNameBytes = 63;  // RFC 6763 section 4.1.1
inline constexpr std::size_t kMaxTxtStringBytes = 255;  // RFC 6763 section 6.1
// RFC 6763 section 6.2 asks for a few hundred bytes at most.
inline constexpr std::size_t kMaxTxtBytes = 400;

// Everything that is told. Nothing secret, no path, no name of a profile or of
// a user: any program of the machine can read it, and write one like it.
struct Service {
  std::string id;          // the record's: a UUID, lower case
  std::uint16_t port = 0;  // on 127.0.0.1
  std::uint32_t protocol_version = kProtocolVersion;
  std::string chain_id;  // "0x..." or empty

  bool operator==(const Service&) const = default;
};

// Errc::invalid, saying what is wrong with which field.
[[nodiscard]] Result<void> check(const Service& service);

// The same for what a published service `before` is to become: its id stays.
[[nodiscard]] Result<void> check_update(const Service& before,
                                        const Service& after);

// Names that a backend tries before it leaves the daemon alone for a while. All
// of them taken is somebody's intent: the ids of two instances of a machine
// rarely begin the same.
inline constexpr int kMaxNameAttempts = 16;

// "berth-" and the first 8 characters of the id; the second and later
// `attempt` at a free name adds "-2", "-3", ... `id` must have passed check().
[[nodiscard]] std::string service_name(std::string_view id, int attempt = 1);

// The strings of a TXT record (RFC 6763 section 6), in order.
using Txt = std::vector<Bytes>;

// "txtvers=1", "id=...", "pv=1" and "chain=0x..." (where known), in this order.
// `service` must have passed check().
[[nodiscard]] Txt to_txt(const Service& service);

// A service as a library is told of it.
struct Announcement {
  std::string name;
  std::string type{kServiceType};
  std::uint16_t port = 0;
  Txt txt;
};

// As `service` is announced at its `attempt` at a free name; see
// service_name().
[[nodiscard]] Announcement announcement_of(const Service& service, int attempt);

// What every backend asks before it calls its library. Errc::invalid: a name
// that is not 1 to 63 bytes of UTF-8 without control characters, a type that
// is no "_name._tcp" as above, port 0, a TXT string that is empty or longer
// than 255 bytes, a TXT key that is empty or no printable ASCII, or too much
// TXT in all.
[[nodiscard]] Result<void> check(const Announcement& announcement);

// Of another program's record: Errc::invalid unless it is one of ours by its
// form. Unknown keys are ignored, of a key given twice the first counts (RFC
// 6763 section 6.4). Believe nothing of it but what the registry confirms.
[[nodiscard]] Result<Service> parse_service(std::string_view name,
                                            std::uint16_t port, const Txt& txt);

// The wire form, each string after a byte with its length, as dns_sd.h has it.
[[nodiscard]] Bytes to_wire(const Txt& txt);
// Errc::invalid: a string that reaches beyond the end.
[[nodiscard]] Result<Txt> parse_wire(std::span<const std::uint8_t> wire);

}  // namespace berth::mdns
