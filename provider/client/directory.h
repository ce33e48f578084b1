// The wallet instances that run, as a dApp sees them. One thread; the calls
// read a few small files and do not wait.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "registry/base/result.h"
#include "registry/registry.h"

namespace berth::provider {

// One running wallet instance. No secret in it.
struct Instance {
  std::string name;  // the profile: what to remember between runs
  std::string id;    // new at every start
  std::string title;
  std::string color;     // "#rrggbb" or empty
  std::string icon;      // a data: URI or empty
  std::string chain_id;  // "0x..." or empty
  registry::State state = registry::State::ready;
  registry::Endpoint endpoint;
  std::string url;     // "http://127.0.0.1:8766"
  std::string ws_url;  // "ws://127.0.0.1:8766"
  // False: it publishes no token, so it cannot prove who it is and connect()
  // refuses it.
  bool can_prove = false;

  bool operator==(const Instance&) const = default;
};

[[nodiscard]] Instance to_instance(const registry::Record& record);

struct Change {
  enum class What {
    added,    // also: each instance that runs when the watch starts
    changed,  // other facts, or started anew: look at `id`
    removed,  // stopped or crashed
  };
  What what;
  Instance instance;  // for `removed` the last one known
};
using OnChange = std::function<void(const Change&)>;

class Directory {
 public:
  // `registry` must outlive the directory and its watches.
  explicit Directory(registry::Registry& registry) : registry_(registry) {}

  // Every running wallet instance, in name order.
  [[nodiscard]] Result<std::vector<Instance>> list();

  // The same with their tokens, for programs that pass connections on.
  [[nodiscard]] Result<std::vector<registry::Record>> records();

  // Errc::not_found: it does not run; the hint says how to start it.
  [[nodiscard]] Result<Instance> find(const std::string& name);

  // The whole record with its token, for connect() and call(). Also of Berth's
  // own records (@berthd). Errors as find().
  [[nodiscard]] Result<registry::Record> record(const std::string& name);

  // Tells the present instances as `added`, then every change, never from
  // inside this call. Destroying the result ends it.
  [[nodiscard]] Result<std::unique_ptr<registry::Watch>> watch(
      OnChange on_change);

 private:
  registry::Registry& registry_;
};

// The same as Directory::record() in the registry that the environment of this
// process names (registry/paths.h).
[[nodiscard]] Result<registry::Record> running_record(const std::string& name);

}  // namespace berth::provider
