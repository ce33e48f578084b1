#include <nlohmann/json.hpp>

#include "launcher/commands/commands.h"
#include "launcher/config.h"
#include "launcher/health.h"
#include "launcher/list_table.h"
#include "launcher/mdns_view.h"
#include "launcher/table.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

struct Listed {
  std::vector<Instance> instances;
  std::vector<ForeignRecord> foreign;  // of mDNS
};

void print_json(const Listed& listed, const Console& console) {
  auto array = nlohmann::ordered_json::array();
  for (const auto& instance : listed.instances)
    array.push_back(to_json(instance));
  for (const auto& foreign : listed.foreign) array.push_back(to_json(foreign));
  // ASCII only: what is invisible or reorders text shows as \u escapes.
  console.line(
      array.dump(2, ' ', true, nlohmann::json::error_handler_t::replace));
}

// Told, so that nobody wonders; never among those that can be chosen.
void print_foreign(const std::vector<ForeignRecord>& foreign,
                   const Console& console) {
  if (foreign.empty()) return;
  std::vector<std::vector<Cell>> rows;
  for (const auto& [record, why] : foreign)
    rows.push_back({{visible(record.name), Paint::dim},
                    {record.port == 0 ? "-" : std::to_string(record.port)},
                    {visible(why)}});
  console.line("\nIn mDNS only, and not to be used:");
  console.write(render_table({{"RECORD"}, {"PORT"}, {"WHY"}}, rows, console));
}

void print(const Listed& listed, const ListOptions& options,
           const Console& console) {
  if (options.json) return print_json(listed, console);
  if (options.quiet) {
    for (const auto& instance : listed.instances) console.line(instance.name);
    return;
  }
  const TableColumns columns{options.wide, options.mdns};
  console.write(list_table(listed.instances, columns, console));
  print_foreign(listed.foreign, console);
}

// Not being able to look is no failure: mDNS is a hint.
Result<void> look_at_mdns(Listed& listed, const Context& context) {
  auto config = load_config(context.paths, context.environment);
  if (!config) return config.error();
  if (config->mdns.value == "off") {
    context.console.note("mDNS is off, from " + config->mdns.source);
    return {};
  }
  auto view = ask_mdns();
  if (!view) return view.error();
  if (!view->looked())
    context.console.note("mDNS cannot be looked at (" + visible(view->reason) +
                         "); see: berth doctor");
  listed.foreign = join_mdns(*view, listed.instances);
  return {};
}

}  // namespace

int list(const ListOptions& options, Context& context) {
  if (options.watch) return watch_list(options, context);
  auto instances =
      list_instances(context.paths, options.all ? Which::all : Which::active);
  if (!instances) return context.console.fail(instances.error());
  Listed listed{std::move(*instances), {}};
  int code = 0;
  if (options.health || options.wide)
    if (auto ok = ask_health(listed.instances); !ok)
      code = context.console.fail(ok.error());
  if (options.mdns)
    if (auto ok = look_at_mdns(listed, context); !ok)
      code = context.console.fail(ok.error());
  print(listed, options, context.console);
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
