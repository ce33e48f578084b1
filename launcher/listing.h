// What `berth list` and `berth show` know of an instance or profile, from the
// registry's records and the profiles' names. Blocking; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "launcher/failure.h"
#include "launcher/manager_record.h"
#include "registry/entry.h"
#include "registry/paths.h"

namespace berth::launcher {

enum class Status {
  starting,  // claimed, no record yet
  running,
  degraded,      // it says so itself (health)
  unresponsive,  // it does not answer (health)
  stopping,
  crashed,  // died, and its record is still there
  failed,   // crashed so often that it is not started any more
  stopped,
  unknown,  // the record cannot be judged; `problem` says why
};

struct Health {
  std::string status;  // "ok", "degraded" or "unresponsive"
  std::string reason;
};

struct Instance {
  std::string name;
  Status status = Status::stopped;
  std::optional<registry::Record> record;  // its token is never printed
  // From the profile, where there is no record.
  std::string title;
  std::string wallet;
  std::string chain_id;
  // Why the record or profile is missing or broken, or why it failed.
  std::string problem;
  std::string last_exit;  // of the last run, where it is known
  std::optional<Health> health;
  // Name of its mDNS record, "" where it has none; nullopt: not looked.
  std::optional<std::string> mdns;
};

enum class Which { active, all };  // all: stopped profiles too

// In name order; Berth's own records are left out. Reads no profile of what
// has a record: costs little however many there are.
[[nodiscard]] Result<std::vector<Instance>> list_instances(const Paths& paths,
                                                           Which which);

// One, whatever its status. Exit::no_profile: neither record nor profile.
[[nodiscard]] Outcome<Instance> find_instance(const Paths& paths,
                                              const std::string& name);

// What berthd says of those that run: changes their status to what it found in
// its last round. Nothing where it does not live.
void apply(const ManagerNews& news, Instance& instance);

// One entry of the registry; its claim and profile are not looked at.
[[nodiscard]] Instance instance_of(const Paths& paths, registry::Entry entry);

[[nodiscard]] bool is_wallet(const registry::Entry& entry);

// Its process lives and has published itself, well or not.
[[nodiscard]] bool is_alive(const Instance& instance);

// The keys of cli.md; null where unknown; `health` and `mdns` where asked.
[[nodiscard]] nlohmann::ordered_json to_json(const Instance& instance);

[[nodiscard]] const char* to_string(Status status);

}  // namespace berth::launcher
