// The running instances, what each asks its user and which origins it has
// granted, told as messages. One thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "provider/client/access_watch.h"
#include "provider/client/directory.h"
#include "registry/base/teller.h"

namespace berth::native_host {

// One message to the extension.
using Tell = std::function<void(const nlohmann::json& message)>;

class Instances {
 public:
  // References must outlive it.
  Instances(asio::any_io_executor executor, Timers& timers,
            provider::Directory& directory, Tell tell);

  // Tells `instances` once.
  void list();
  // Tells `instances` and `access` now and at every change.
  void watch();

  // Whether `origin` is granted that profile; nullopt: it has not told yet, or
  // does not run.
  [[nodiscard]] std::optional<bool> grants(const std::string& profile,
                                           const std::string& origin) const;

  // Ends all; before destruction.
  asio::awaitable<void> stop();

 private:
  void look_soon();
  void look();
  void tell_access();

  provider::Directory& directory_;
  Tell tell_;
  std::unique_ptr<registry::Watch> watch_;
  bool looks_soon_ = false;
  bool stopped_ = false;
  std::map<std::string, registry::Record> running_;  // as last looked
  // What the extension knows: `instances`, and by profile each `access`.
  nlohmann::json told_instances_;
  std::map<std::string, nlohmann::json> told_access_;
  provider::AccessWatch access_;
  Teller teller_;
};

}  // namespace berth::native_host
