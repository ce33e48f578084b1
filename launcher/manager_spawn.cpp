#include "launcher/manager_spawn.h"

#include "launcher/config.h"
#include "launcher/manager_record.h"

namespace berth::launcher {

Outcome<Spawned> spawn_manager(const Paths& paths) {
  // What it starts runs from the same settings as what was started by hand.
  std::vector<std::string> variables = Config::variables();
  variables.insert(variables.end(), {"BERTH_HOME", "BERTH_REGISTRY"});
  return spawn_program({"berthd", paths.log_file(kManagerName),
                        std::move(variables), UniqueFd()});
}

}  // namespace berth::launcher
