#include <nlohmann/json.hpp>

#include "launcher/commands/commands.h"
#include "launcher/health.h"
#include "launcher/list_table.h"
#include "launcher/listing.h"

namespace berth::launcher {
namespace {

void print(const std::vector<Instance>& instances, const ListOptions& options,
           const Console& console) {
  if (options.quiet) {
    for (const auto& instance : instances) console.line(instance.name);
    return;
  }
  if (!options.json) {
    console.write(list_table(instances, options.wide, console));
    return;
  }
  auto array = nlohmann::ordered_json::array();
  for (const auto& instance : instances) array.push_back(to_json(instance));
  // ASCII only: what is invisible or reorders text shows as \u escapes.
  console.line(array.dump(2, ' ', true));
}

}  // namespace

int list(const ListOptions& options, Context& context) {
  if (options.watch) return watch_list(options, context);
  auto instances =
      list_instances(context.paths, options.all ? Which::all : Which::active);
  if (!instances) return context.console.fail(instances.error());
  int code = 0;
  if (options.health || options.wide)
    if (auto ok = ask_health(*instances); !ok)
      code = context.console.fail(ok.error());
  print(*instances, options, context.console);
  return code;
}

int overview(Context& context) {
  ListOptions options;
  options.all = true;
  const int code = list(options, context);
  if (code != 0) return code;
  context.console.line(
      "\nberth start NAME --create   start a wallet, and make it where new\n"
      "berth show NAME             everything about one\n"
      "berth help                  all commands");
  return code;
}

}  // namespace berth::launcher
