#include "launcher/commands/commands.h"
#include "launcher/commands/each.h"
#include "launcher/profile_store.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

StartRequest request_for(const std::string& name, const StartOptions& options,
                         registry::StartedBy by) {
  return {name, options.port, options.range, options.timeout, by};
}

// Makes a profile that does not exist, when told so or when the user says yes.
Outcome<void> create_where_missing(const std::string& name,
                                   const StartOptions& options,
                                   Context& context) {
  ProfileStore store(context.paths);
  InstanceManager manager(context.paths);
  if (store.exists(name)) return {};
  auto alive = manager.find_alive(name);
  if (!alive) return alive.error();
  // Somebody's own program runs under the name: it needs no profile.
  if (*alive) return {};
  const bool wanted =
      options.create ||
      context.console.confirm("no such profile: " + name +
                              ". Create it, a dev wallet on chain 31337?");
  if (!wanted) {
    auto failure = store.load(name).error();
    failure.error.hint = "create it: berth profile create " + name +
                         ", or berth start --create " + name;
    return failure;
  }
  return store.create(name, Profile{});
}

void print(const Running& running, const Console& console) {
  console.line(running.name + "  " + std::to_string(running.port) + "  " +
               visible(running.url));
}

Outcome<std::vector<std::string>> all_profiles(const Context& context) {
  auto names = ProfileStore(context.paths).names();
  if (!names) return names.error();
  return *names;
}

// "3 of 10 ready, not yet: carol, dave".
std::string progress_of(const std::vector<Starting>& left, std::size_t all) {
  std::string names;
  for (const auto& starting : left)
    names += (names.empty() ? "" : ", ") + starting.name;
  return std::to_string(all - left.size()) + " of " + std::to_string(all) +
         " ready, not yet: " + names;
}

// Each as it is ready.
void finish_each(InstanceManager& manager, std::vector<Starting> begun,
                 Each& each, const Console& console) {
  const auto all = begun.size();
  while (!begun.empty()) {
    console.status(progress_of(begun, all));
    const auto next = InstanceManager::next_ready(begun);
    auto running = manager.finish_start(std::move(begun[next]));
    begun.erase(begun.begin() + static_cast<std::ptrdiff_t>(next));
    console.status("");
    if (each.check(running)) print(*running, console);
  }
}

// Does not wait for it: it adds to what runs, and is not part of it.
void start_manager(const Config& config, const StartOptions& options,
                   Context& context) {
  if (options.no_daemon || config.berthd.value != "auto") return;
  auto begun = begin_manager(config, context);
  if (!begun)
    context.console.note(
        "berthd was not started, so nothing restarts what "
        "crashes: " +
        begun.error().error.message);
}

}  // namespace

int start(const StartOptions& options, Context& context) {
  const auto& console = context.console;
  Each each(console);
  auto config = load_config(context.paths, context.environment);
  if (!config) return console.fail(config.error());
  Outcome<std::vector<std::string>> names =
      options.which.all ? all_profiles(context)
                        : each.valid(options.which.names);
  if (!each.check(names)) return each.code();

  InstanceManager manager(context.paths);
  std::vector<Starting> begun;
  for (const auto& name : *names) {
    if (auto ok = create_where_missing(name, options, context); !ok) {
      each.failed(ok.error());
      continue;
    }
    auto starting = manager.begin_start(
        request_for(name, options, registry::StartedBy::start), *config);
    if (!each.check(starting)) continue;
    begun.push_back(std::move(*starting));
  }
  const bool any = !begun.empty();
  finish_each(manager, std::move(begun), each, console);
  if (any) start_manager(*config, options, context);
  return each.code();
}

int run(const StartOptions& options, Context& context) {
  const auto& console = context.console;
  const std::string& name = options.which.names.front();
  if (auto ok = check_name(name); !ok) return console.fail(ok.error());
  auto config = load_config(context.paths, context.environment);
  if (!config) return console.fail(config.error());
  if (auto ok = create_where_missing(name, options, context); !ok)
    return console.fail(ok.error());
  return console.fail(
      InstanceManager(context.paths)
          .run(request_for(name, options, registry::StartedBy::run), *config));
}

}  // namespace berth::launcher
