// Verbs that start, stop and show instances, and speak to them.
#include <algorithm>
#include <array>

#include "launcher/cli_parts.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

constexpr const char* kNames = "profiles, by name";
constexpr const char* kName =
    "which one; else $BERTH_NAME, berth use, or the "
    "only one that runs";

// Names, or --all, and not both.
template <class Options>
void add_names(const Command<Options>& command, bool with_all) {
  auto* names = command.app->add_option("NAME", command->which.names, kNames);
  if (!with_all) {
    names->required();
    return;
  }
  auto* all = command.app->add_flag("--all", command->which.all,
                                    "every profile, or every one that runs");
  names->excludes(all);
  command.app->preparse_callback([app = command.app](std::size_t given) {
    if (given == 0)
      throw CLI::RequiredError("a NAME or --all for " + app->get_name());
  });
}

void add_stop_options(const Command<StopOptions>& c) {
  c.value("--timeout", c->timeout, parse_duration,
          "how long it may take before it is killed (10s)");
  c.flag("--force", c->force, "kill it at once");
}

Result<InstanceManager::Until> parse_until(const std::string& text) {
  if (text == "running") return InstanceManager::Until::running;
  if (text == "stopped") return InstanceManager::Until::stopped;
  return Error{Errc::invalid,
               "--for is running or stopped: \"" + visible(text) + "\""};
}

}  // namespace

void add_start(CLI::App& app, Action& action) {
  const auto c = add<StartOptions>(
      app, "start", "start in the background; returns when each is ready");
  add_names(c, true);
  c.value("--port", c->port, parse_port, "this port, or fail");
  c.value("--port-range", c->range, parse_port_range, "a free one of A-B");
  c.value("--timeout", c->timeout, parse_duration,
          "how long to wait (10s); it goes on starting");
  c.flag("--create", c->create, "make a dev profile where there is none");
  c.flag("--no-daemon", c->no_daemon, "do not start berthd as well");
  c.does(action, start);
}

void add_run(CLI::App& app, Action& action) {
  const auto c = add<StartOptions>(
      app, "run", "run in the foreground; what service managers call");
  c.app->add_option("NAME", c->which.names, "a profile, by name")
      ->required()
      ->expected(1);
  c.value("--port", c->port, parse_port, "this port, or fail");
  c.value("--port-range", c->range, parse_port_range, "a free one of A-B");
  c.value("--timeout", c->timeout, parse_duration,
          "how long to wait for one that is just ending (10s)");
  c.flag("--create", c->create, "make a dev profile where there is none");
  c.does(action, run);
}

void add_stop(CLI::App& app, Action& action) {
  const auto c = add<StopOptions>(app, "stop", "stop, by force at the end");
  add_names(c, true);
  add_stop_options(c);
  c.does(action, stop);
}

void add_restart(CLI::App& app, Action& action) {
  const auto c = add<StopOptions>(app, "restart", "stop, then start");
  add_names(c, false);
  add_stop_options(c);
  c.does(action, restart);
}

void add_list(CLI::App& app, Action& action) {
  const auto c = add<ListOptions>(app, "list", "what runs, and what crashed");
  c.app->alias("ls");
  c.flag("--all", c->all, "stopped profiles too");
  c.flag("--json", c->json, "as a JSON array");
  c.flag("--wide", c->wide, "memory, connections, health, who started it");
  c.flag("--health", c->health, "ask each how it is");
  c.flag("--mdns", c->mdns, "look for each in mDNS too");
  c.flag("--watch", c->watch, "go on; with --json one event a line");
  c.flag("--quiet,-q", c->quiet, "names only");
  c.app->get_option("--watch")
      ->excludes(c.app->get_option("--health"))
      ->excludes(c.app->get_option("--mdns"))
      ->excludes(c.app->get_option("--quiet"));
  c.app->get_option("--quiet")
      ->excludes(c.app->get_option("--json"))
      ->excludes(c.app->get_option("--mdns"));
  c.does(action, list);
}

void add_show(CLI::App& app, Action& action) {
  const auto c = add<ShowOptions>(app, "show", "everything about one");
  c.app->add_option("NAME", c->name, kName);
  c.flag("--json", c->json, "as a JSON object");
  c.flag("--reveal-token", c->reveal_token, "its secret as well");
  c.does(action, show);
}

void add_simple(CLI::App& app, Action& action, const char* verb,
                const char* help, int (*run)(const std::string&, Context&)) {
  const auto c = add<std::string>(app, verb, help);
  c.app->add_option("NAME", *c.options, kName);
  c.does(action, run);
}

void add_wait(CLI::App& app, Action& action) {
  const auto c = add<WaitOptions>(app, "wait", "wait until it runs, or stops");
  c.app->add_option("NAME", c->name, kName);
  c.value("--for", c->until, parse_until, "running (default) or stopped");
  c.value("--timeout", c->timeout, parse_duration, "how long (30s)");
  c.does(action, wait);
}

void add_logs(CLI::App& app, Action& action) {
  const auto c = add<LogsOptions>(app, "logs", "the end of its log");
  c.app->add_option("NAME", c->name, kName);
  c.flag("-f,--follow", c->follow, "go on with what is written");
  c.app->add_option("-n,--lines", c->lines, "how many lines (100)")
      ->check(CLI::Range(0, 1'000'000))
      ->type_name("");
  c.does(action, logs);
}

void add_call(CLI::App& app, Action& action) {
  auto* c = app.add_subcommand(
      "call", "one JSON-RPC request: call [NAME] METHOD [PARAMS-JSON]");
  // Not one option of several values: CLI11 would take the brackets off an
  // array among them.
  auto words = std::make_shared<std::array<std::string, 3>>();
  c->add_option("NAME/METHOD", (*words)[0])->required();
  c->add_option("METHOD/PARAMS", (*words)[1]);
  c->add_option("PARAMS-JSON", (*words)[2]);
  c->callback([&action, words] {
    const auto end = std::find(words->begin() + 1, words->end(), "");
    action = [given = std::vector<std::string>(words->begin(), end)](
                 Context& x) { return call(given, x); };
  });
}

void add_exec(CLI::App& app, Action& action,
              const std::vector<std::string>& command) {
  auto* c = app.add_subcommand(
      "exec", "run a command with BERTH_URL and BERTH_TOKEN: exec NAME -- CMD");
  auto name = std::make_shared<std::string>();
  c->add_option("NAME", *name, kName);
  c->callback([&action, &command, name] {
    action = [&command, name](Context& x) { return exec(*name, command, x); };
  });
}

}  // namespace berth::launcher
