#include "launcher/commands/commands.h"
#include "launcher/default_name.h"
#include "launcher/listing.h"
#include "launcher/profile_store.h"

namespace berth::launcher {

int use(const std::string& name, Context& context) {
  const auto& console = context.console;
  ProfileStore store(context.paths);
  if (name.empty()) {
    const auto chosen = store.default_name();
    if (!chosen)
      return console.fail(Error{Errc::not_found, "nothing chosen: berth use",
                                "choose one: berth use NAME"});
    console.line(*chosen);
    return 0;
  }
  if (auto ok = check_name(name); !ok) return console.fail(ok.error());
  // A mistyped name would only be noticed much later.
  auto instance = find_instance(context.paths, name);
  if (!instance) return console.fail(instance.error());
  auto set = store.set_default_name(name);
  return set ? 0 : console.fail(set.error());
}

}  // namespace berth::launcher
