// Turns what is seen of the registry into events: keeps what was told last and
// tells only differences.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "registry/registry.h"

namespace berth::registry {

class Difference {
 public:
  // What changed for `name`, now that it reads as `entry` (nullopt: gone).
  [[nodiscard]] std::optional<Event> update(const std::string& name,
                                            std::optional<Entry> entry);
  // The same for the whole registry.
  [[nodiscard]] std::vector<Event> update_all(std::vector<Entry> entries);

  // The instance that was last told of, or nullptr.
  [[nodiscard]] const Entry* known(const std::string& name) const;

 private:
  std::map<std::string, Entry> known_;
};

}  // namespace berth::registry
