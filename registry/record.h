// One instance as data: what stands in a record of the registry, format 1
// (README.md beside this file). Plain values; any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "registry/base/result.h"

namespace berth::registry {

inline constexpr int kFormat = 1;
// A record is at most this many bytes; a larger file is no record.
inline constexpr std::size_t kMaxRecordBytes = 64 * 1024;
inline constexpr std::size_t kMaxRecordDepth = 8;

enum class Kind { wallet, manager };
enum class Approvals { berth, own };
enum class State { ready, locked };
enum class StartedBy { run, start, berthd };

struct Endpoint {
  std::string host = "127.0.0.1";  // a literal loopback address
  std::uint16_t port = 0;          // 1..65535

  bool operator==(const Endpoint&) const = default;
};

struct Software {
  std::string name;
  std::string version;

  bool operator==(const Software&) const = default;
};

// An empty string or optional is left out of the file. Text is UTF-8.
struct Record {
  std::string name;  // profile name, equal to the file's
  std::string id;    // UUID v4, new at every start
  Kind kind = Kind::wallet;

  // For display and for safe signalling, never for liveness.
  pid_t pid = 0;
  std::string boot_id;
  std::uint64_t pid_namespace = 0;  // inode of /proc/self/ns/pid
  std::uint64_t start_ticks = 0;    // /proc/PID/stat field 22
  uid_t uid = 0;

  std::string started_at;  // UTC, RFC 3339, milliseconds
  Endpoint endpoint;
  std::string token;  // base64url of 32 bytes; a secret. Empty: level 0
  int level = 0;      // 0 a record only, 1 answers hello, 2 the whole protocol
  Approvals approvals = Approvals::berth;
  State state = State::ready;
  StartedBy started_by = StartedBy::run;
  std::string label;  // 16 base32 characters; private to the user's programs
  std::string title;
  std::string color;     // "#rrggbb"
  std::string icon;      // a data: URI
  std::string chain_id;  // "0x..."
  Software software;
  std::string extra;  // a JSON object as text; the publisher's own

  bool operator==(const Record&) const = default;
};

// A profile's name, or one of Berth's own, which begin with '@'.
[[nodiscard]] bool is_record_name(std::string_view name);

// Errc::invalid, naming the key and what it must be. Every limit of the format
// is checked here, for a record to be published and for one that was read.
[[nodiscard]] Result<void> check(const Record& record);

// The same for what parse_record() has read: it has looked into `extra`.
[[nodiscard]] Result<void> check_parsed(const Record& record);

// The file's content, ending in a newline. `record` must pass check().
[[nodiscard]] std::string to_json(const Record& record);

// Errc::invalid: damaged, saying where; the message has "newer than this
// program" for a higher format.
[[nodiscard]] Result<Record> parse_record(std::string_view text);

[[nodiscard]] const char* to_string(Kind kind);
[[nodiscard]] const char* to_string(State state);
[[nodiscard]] const char* to_string(StartedBy started_by);

}  // namespace berth::registry
