// The subcommands of `berth`, each in a file of its own. Each gives the exit
// code, and has said what there is to say. What it is asked stands in a plain
// struct, filled by cli*.cpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "launcher/console.h"
#include "launcher/instance_manager.h"
#include "registry/paths.h"

namespace berth::launcher {

struct Context {
  Paths paths;
  Environment environment;
  Console console;
};

// One that several commands share: which instances.
struct Names {
  std::vector<std::string> names;
  bool all = false;
};

struct StartOptions {
  Names which;
  std::optional<std::uint16_t> port;
  std::optional<PortRange> range;
  std::chrono::milliseconds timeout{10'000};
  bool create = false;
  bool no_daemon = false;  // leave berthd alone, whatever config.json says
};
int start(const StartOptions& options, Context& context);
int run(const StartOptions& options, Context& context);

struct StopOptions {
  Names which;
  std::chrono::milliseconds timeout{10'000};
  bool force = false;  // no grace period
};
int stop(const StopOptions& options, Context& context);
int restart(const StopOptions& options, Context& context);

struct ListOptions {
  bool all = false;
  bool json = false;
  bool watch = false;
  bool wide = false;
  bool health = false;
  bool mdns = false;
  bool quiet = false;
};
int list(const ListOptions& options, Context& context);
int watch_list(const ListOptions& options, Context& context);
// `berth` alone: the list, and what to do next.
int overview(Context& context);

// An empty `name` below is the default one (default_name.h).

struct ShowOptions {
  std::string name;
  bool json = false;
  bool reveal_token = false;
};
int show(const ShowOptions& options, Context& context);
int port(const std::string& name, Context& context);
int url(const std::string& name, Context& context);

struct WaitOptions {
  std::string name;
  InstanceManager::Until until = InstanceManager::Until::running;
  std::chrono::milliseconds timeout{30'000};
};
int wait(const WaitOptions& options, Context& context);

struct LogsOptions {
  std::string name;
  bool follow = false;
  std::size_t lines = 100;
};
int logs(const LogsOptions& options, Context& context);

// [NAME] METHOD [PARAMS-JSON], as typed.
int call(std::vector<std::string> arguments, Context& context);
int exec(const std::string& name, const std::vector<std::string>& command,
         Context& context);

// Empty: tells which it is.
int use(const std::string& name, Context& context);

struct ProfileCreateOptions {
  std::string name;
  std::vector<std::pair<std::string, std::string>> fields;  // key, value
  std::string mnemonic_file;  // "-": stdin; empty: none
  std::vector<std::string> command;  // a program and its arguments, or empty
};
int profile_create(const ProfileCreateOptions& options, Context& context);
int profile_list(bool json, Context& context);
int profile_show(const std::string& name, bool json, Context& context);
int profile_set(const std::string& name, const std::string& key,
                const std::string& value, Context& context);
int profile_rename(const std::string& from, const std::string& to,
                   Context& context);
struct ProfileRemoveOptions {
  std::string name;
  bool yes = false;
  bool data = false;
};
int profile_remove(const ProfileRemoveOptions& options, Context& context);

// Questions that wait for a person.
struct ApprovalsOptions {
  bool json = false;
  bool watch = false;
};
int approvals(const ApprovalsOptions& options, Context& context);
struct DecideOptions {
  std::string id;
  bool yes = false;  // do not ask
};
int approve(const DecideOptions& options, Context& context);
int deny(const DecideOptions& options, Context& context);

struct GrantsOptions {
  std::string name;  // empty: all profiles
  bool json = false;
};
int grants(const GrantsOptions& options, Context& context);
struct RevokeOptions {
  std::string name;
  std::string origin;
};
int revoke(const RevokeOptions& options, Context& context);

// berthd. Begins to start it: nothing is to be waited for (nullopt) where the
// system was asked to.
[[nodiscard]] Outcome<std::optional<Starting>> begin_manager(
    const Config& config, Context& context);
int up(Context& context);
int down(Context& context);
// Starts it and waits until it answers; where it runs already, gives that.
[[nodiscard]] Outcome<Running> ensure_manager(Context& context);
struct UiOptions {
  bool no_open = false;  // print the file instead of opening it
};
int ui(const UiOptions& options, Context& context);
int service_install(Context& context);
int service_remove(Context& context);
int service_status(bool json, Context& context);

// The native messaging host, with browsers.
struct BrowserOptions {
  bool system = false;  // for all users of the machine
  bool json = false;    // status
};
int browser_install(const BrowserOptions& options, Context& context);
int browser_remove(const BrowserOptions& options, Context& context);
int browser_status(const BrowserOptions& options, Context& context);
struct BrowserManifestsOptions {
  std::string root;  // a package's, in place of /
  std::string host;  // berth-native-host, where the package puts it
};
int browser_manifests(const BrowserManifestsOptions& options, Context& context);
// Tells where the unpacked extension lies.
int extension_directory(Context& context);

struct DoctorOptions {
  bool json = false;
  std::string record;  // judge this record alone; empty: everything
};
int doctor(const DoctorOptions& options, Context& context);
int prune(Context& context);
int completion(const std::string& shell, Context& context);

}  // namespace berth::launcher
