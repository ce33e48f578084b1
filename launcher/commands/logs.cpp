#include <cstdio>

#include "launcher/commands/commands.h"
#include "launcher/default_name.h"
#include "launcher/log_tail.h"
#include "launcher/manager_record.h"
#include "launcher/profile_store.h"
#include "registry/base/text.h"

namespace berth::launcher {

int logs(const LogsOptions& options, Context& context) {
  const auto& console = context.console;
  // berthd's own is no profile's.
  auto name =
      options.name == kManagerName
          ? Outcome<std::string>(options.name)
          : resolve_name(context.paths, context.environment, options.name);
  if (!name) return console.fail(name.error());
  const auto file = context.paths.log_file(*name);
  const auto print = [&](const std::string& line) {
    console.line(visible(line));
    std::fflush(stdout);
  };
  auto lines = last_lines(file, options.lines);
  if (!lines && lines.error().code == Errc::not_found) {
    ProfileStore store(context.paths);
    if (*name != kManagerName && !store.exists(*name))
      return console.fail(store.load(*name).error());
    if (!options.follow)
      return console.fail(Error{
          Errc::not_found, "no log yet: " + *name,
          "it is made at the first start: " +
              (*name == kManagerName ? "berth up" : "berth start " + *name)});
  }
  if (options.follow) return console.fail(follow(file, options.lines, print));
  if (!lines) return console.fail(lines.error());
  for (const auto& line : *lines) print(line);
  return 0;
}

}  // namespace berth::launcher
