#include "launcher/commands/commands.h"
#include "launcher/default_name.h"

namespace berth::launcher {

int wait(const WaitOptions& options, Context& context) {
  auto name = resolve_name(context.paths, context.environment, options.name);
  if (!name) return context.console.fail(name.error());
  auto waited = InstanceManager(context.paths)
                    .wait(*name, options.until, options.timeout);
  return waited ? 0 : context.console.fail(waited.error());
}

}  // namespace berth::launcher
