// What an instance is told at its start: one JSON document on descriptor 3,
// read to its end, so that the server knows no profile files and no secret
// stands in argv or the environment.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/base/result.h"
#include "registry/record.h"
#include "server/access/gate.h"
#include "server/access/limits.h"
#include "server/http/limits.h"
#include "server/port_binder.h"

namespace berth::server {

// A program of the user's own, which runs beside this one and serves the port.
struct CommandSettings {
  // {port}, {name} and {data_dir} in them are replaced. The first is a path, or
  // a name that is looked for in PATH.
  std::vector<std::string> argv;
  // How the program gets its port: by number (`port`), as a listening socket
  // that it finds as sd_listen_fds(3) says (`socket`), or as it likes (`any`):
  // then the socket that it finds is bound and does not listen yet.
  enum class Listen { any, port, socket };
  Listen listen = Listen::any;
  // GET of this path says whether it is well; empty: that it can be connected.
  std::string health;
};

struct WalletSettings {
  enum class Type { dev, forward, command };
  Type type = Type::dev;
  std::string chain_id;  // "0x..."; required for dev, expected for forward
  std::string upstream;  // URL; required for forward
};

struct Settings {
  std::string name;
  std::filesystem::path registry;    // directory of the records
  std::filesystem::path data;        // this profile's own
  std::filesystem::path state_file;  // see registry/profile_state.h
  std::filesystem::path log_file;    // empty: stderr as it is
  PortRequest port;
  registry::StartedBy started_by = registry::StartedBy::run;
  std::chrono::milliseconds claim_timeout{10'000};
  std::string label;
  std::string title;
  std::string color;
  std::string icon;
  bool check_peers = true;
  std::string log_level = "info";
  bool mdns = true;  // a local mDNS record beside the one in the registry
  http::Limits limits;
  std::size_t pending_requests = 128;  // of one connection; see rpc_session.h
  AccessLimits access;
  Approve approve = Approve::ask;
  WalletSettings wallet;
  std::optional<CommandSettings> command;  // for Type::command
};

// Errc::invalid, naming the key and what it must be. Unknown keys are refused:
// a setting that is not understood must not be ignored.
[[nodiscard]] Result<Settings> parse_settings(std::string_view text);

}  // namespace berth::server
