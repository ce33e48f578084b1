// A profile: the named configuration that an instance runs from, as data. The
// file is one flat JSON object whose keys are those of `berth profile set`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/base/result.h"

namespace berth::launcher {

// command: a program of the user's own (server/command/companion.h).
enum class WalletType { dev, forward, command };
enum class RestartPolicy { no, on_failure, always };
// Who is not asked before a signature: nobody, the user's own programs, or
// everybody.
enum class Approve { ask, native, always };
// How a program gets its port; see CommandSettings in server/settings.h.
enum class Listen { any, port, socket };

struct Profile {
  // 16 base32 characters, made once at creation and never changed: dApps know
  // the profile by what is derived from it.
  std::string label;
  WalletType wallet = WalletType::dev;
  std::string upstream;  // a URL; forward needs one, dev may have one
  // Of a command wallet; the first is a path from "/" or a name in PATH.
  std::vector<std::string> command;
  Listen listen = Listen::any;
  std::string health;  // a path that says whether it is well, or empty
  std::optional<std::uint64_t> chain_id;
  std::optional<Approve> approve;  // else as approve_of() says
  std::string title;
  std::string color;       // "#rrggbb"
  std::string icon;        // a data: URI of an image
  std::uint16_t port = 0;  // fixed; 0: any of the range
  RestartPolicy restart = RestartPolicy::no;
  bool autostart = false;

  bool operator==(const Profile&) const = default;
};

// A dev wallet without a chain of its own runs this one, as hardhat's and
// anvil's do.
inline constexpr std::uint64_t kDevChainId = 31337;

// What set_field() takes, in the file's order.
inline constexpr std::array<std::string_view, 13> kProfileKeys{
    "wallet", "upstream", "command", "listen", "health",  "chain_id", "approve",
    "title",  "color",    "icon",    "port",   "restart", "autostart"};

// A profile's file is at most so large, in bytes.
inline constexpr std::size_t kMaxProfileBytes = 64 * 1024;

// Errc::invalid, naming the key and what it must be.
[[nodiscard]] Result<void> check(const Profile& profile);

// Sets one key from text, as typed; "chain-id" is "chain_id". An empty value
// resets what is optional. Errc::invalid: unknown key, or no such value. The
// whole is for check(), after the last one.
[[nodiscard]] Result<void> set_field(Profile& profile, std::string_view key,
                                     const std::string& value);

// Errc::invalid: line and column of a syntax error, or the key that is wrong.
[[nodiscard]] Result<Profile> parse_profile(std::string_view text);

// The file's content. `profile` must pass check().
[[nodiscard]] std::string to_json(const Profile& profile);

// Every key with its value as text, in the file's order; empty: not set.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> fields_of(
    const Profile& profile);

// What the profile says; else native for dev wallets, whose keys are for
// tests, and ask for others.
[[nodiscard]] Approve approve_of(const Profile& profile);

[[nodiscard]] const char* to_string(Approve approve);
[[nodiscard]] const char* to_string(WalletType wallet);
[[nodiscard]] const char* to_string(RestartPolicy restart);
[[nodiscard]] const char* to_string(Listen listen);

}  // namespace berth::launcher
