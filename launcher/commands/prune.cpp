#include "launcher/commands/commands.h"
#include "registry/record_publisher.h"
#include "registry/record_reader.h"

namespace berth::launcher {
namespace {

constexpr auto kBusyLimit = std::chrono::seconds(10);

}  // namespace

int prune(Context& context) {
  const auto& console = context.console;
  const auto& directory = context.paths.registry;
  auto entries = registry::read_records(directory);
  if (!entries) return console.fail(entries.error());
  int code = 0;
  for (const auto& entry : *entries) {
    if (entry.liveness != registry::Liveness::dead &&
        entry.liveness != registry::Liveness::stopped)
      continue;
    auto reaped = registry::reap_record(directory, entry.name, kBusyLimit);
    if (!reaped) {
      code = console.fail(reaped.error());
    } else if (*reaped) {
      console.line(entry.name);
    }
  }
  auto leftovers = registry::remove_leftovers(directory);
  if (!leftovers) return console.fail(leftovers.error());
  if (*leftovers > 0)
    console.progress("removed " + std::to_string(*leftovers) +
                     " unfinished records");
  return code;
}

}  // namespace berth::launcher
