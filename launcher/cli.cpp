#include "launcher/cli.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <map>
#include <memory>

#include "launcher/commands/commands.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

using Action = std::function<int(Context&)>;

constexpr const char* kNames = "profiles, by name";
constexpr const char* kName =
    "which one; else $BERTH_NAME, berth use, or the "
    "only one that runs";

// Options live as long as the action that reads them.
template <class Options>
struct Command {
  CLI::App* app;
  std::shared_ptr<Options> options = std::make_shared<Options>();

  Options* operator->() const { return options.get(); }

  void flag(const char* name, bool& out, const char* help) const {
    app->add_flag(name, out, help);
  }
  // An option that `parse` turns from text into a value, or refuses.
  template <class T, class Parse>
  void value(const char* name, T& out, Parse parse, const char* help) const {
    app->add_option_function<std::string>(
           name,
           [&out, parse](const std::string& text) {
             auto parsed = parse(text);
             if (!parsed) throw CLI::ValidationError(parsed.error().message);
             out = *parsed;
           },
           help)
        ->type_name("");
  }
  void does(Action& action, int (*run)(const Options&, Context&)) const {
    app->callback([&action, run, options = options] {
      action = [run, options](Context& c) { return run(*options, c); };
    });
  }
};

template <class Options>
Command<Options> add(CLI::App& app, const char* verb, const char* help) {
  return {app.add_subcommand(verb, help)};
}

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

void add_stop_options(const Command<StopOptions>& c) {
  c.value("--timeout", c->timeout, parse_duration,
          "how long it may take before it is killed (10s)");
  c.flag("--force", c->force, "kill it at once");
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

// A command that takes one NAME and nothing else.
void add_simple(CLI::App& app, Action& action, const char* verb,
                const char* help, int (*run)(const std::string&, Context&)) {
  const auto c = add<std::string>(app, verb, help);
  c.app->add_option("NAME", *c.options, kName);
  c.does(action, run);
}

Result<InstanceManager::Until> parse_until(const std::string& text) {
  if (text == "running") return InstanceManager::Until::running;
  if (text == "stopped") return InstanceManager::Until::stopped;
  return Error{Errc::invalid,
               "--for is running or stopped: \"" + visible(text) + "\""};
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

void add_profile_create(CLI::App& app, Action& action) {
  const auto c = add<ProfileCreateOptions>(app, "create", "make a new profile");
  c.app->add_option("NAME", c->name)->required();
  const std::pair<const char*, const char*> keys[] = {
      {"wallet", "dev (default) or forward"},
      {"upstream", "http(s)://, ws(s):// or ipc:/path"},
      {"chain-id", "31337 for dev"},
      {"approve", "who is asked: ask, native (own programs are not), always (nobody is)"},
      {"title", "what people see"},
      {"color", "#rrggbb"},
      {"icon", "a data: URI of an image"},
      {"port", "always this one"},
      {"restart", "no, on-failure or always"}};
  for (const auto& [key, help] : keys)
    c.app
        ->add_option_function<std::string>(
            std::string("--") + key,
            [options = c.options, name = key](const std::string& value) {
              options->fields.emplace_back(name, value);
            },
            help)
        ->type_name("");
  c.app->add_flag_callback(
      "--autostart",
      [options = c.options] {
        options->fields.emplace_back("autostart", "true");
      },
      "start with the manager");
  c.app
      ->add_option("--mnemonic-file", c->mnemonic_file,
                   "bring the keys; - is stdin")
      ->type_name("");
  c.does(action, profile_create);
}

void add_profile_readers(CLI::App& app, Action& action) {
  auto json = std::make_shared<bool>(false);
  auto name = std::make_shared<std::string>();
  auto* list = app.add_subcommand("list", "all profiles");
  list->add_flag("--json", *json, "as a JSON array");
  list->callback([&action, json] {
    action = [json](Context& c) { return profile_list(*json, c); };
  });
  auto* show = app.add_subcommand("show", "one profile");
  show->add_option("NAME", *name)->required();
  show->add_flag("--json", *json, "as a JSON object");
  show->callback([&action, json, name] {
    action = [json, name](Context& c) { return profile_show(*name, *json, c); };
  });
}

void add_profile_writers(CLI::App& app, Action& action) {
  struct Words {
    std::string name, key, value;
  };
  auto words = std::make_shared<Words>();
  auto* set = app.add_subcommand("set", "change one key; \"\" resets it");
  set->add_option("NAME", words->name)->required();
  set->add_option("KEY", words->key)->required();
  set->add_option("VALUE", words->value)->required();
  set->callback([&action, words] {
    action = [words](Context& c) {
      return profile_set(words->name, words->key, words->value, c);
    };
  });
  auto* rename = app.add_subcommand("rename", "profile, data, state and log");
  rename->add_option("FROM", words->name)->required();
  rename->add_option("TO", words->value)->required();
  rename->callback([&action, words] {
    action = [words](Context& c) {
      return profile_rename(words->name, words->value, c);
    };
  });
}

void add_profile(CLI::App& app, Action& action) {
  auto* profile = app.add_subcommand("profile", "make and change profiles");
  profile->require_subcommand(1);
  add_profile_create(*profile, action);
  add_profile_readers(*profile, action);
  add_profile_writers(*profile, action);
  const auto c = add<ProfileRemoveOptions>(
      *profile, "remove", "remove it; keeps its data and keys");
  c.app->add_option("NAME", c->name)->required();
  c.flag("--yes", c->yes, "do not ask");
  c.flag("--data", c->data, "its data and keys as well");
  c.does(action, profile_remove);
}

void add_decision(CLI::App& app, Action& action, const char* verb,
                  const char* help,
                  int (*run)(const DecideOptions&, Context&)) {
  const auto c = add<DecideOptions>(app, verb, help);
  c.app->add_option("ID", c->id, "as berth approvals shows it")->required();
  c.flag("--yes", c->yes, "do not ask");
  c.does(action, run);
}

void add_access(CLI::App& app, Action& action) {
  const auto questions = add<ApprovalsOptions>(
      app, "approvals", "questions of wallets that wait for you");
  questions.flag("--json", questions->json, "as a JSON array");
  questions.flag("--watch", questions->watch,
                 "go on; with --json one event a line");
  questions.does(action, approvals);
  add_decision(app, action, "approve", "show a question and say yes", approve);
  add_decision(app, action, "deny", "show a question and say no", deny);
  const auto all = add<GrantsOptions>(
      app, "grants", "which web pages may use which profile");
  all.app->add_option("NAME", all->name, "of one profile; else of all");
  all.flag("--json", all->json, "as a JSON array");
  all.does(action, grants);
  const auto one = add<RevokeOptions>(
      app, "revoke", "take a page's grant away, at once");
  one.app->add_option("NAME", one->name, "a profile, by name")->required();
  one.app->add_option("ORIGIN", one->origin, "https://app.example")
      ->required();
  one.does(action, revoke);
}

void add_manager(CLI::App& app, Action& action) {
  app.add_subcommand("up", "start berthd: restarts, autostart, gateway")
      ->callback([&action] { action = up; });
  app.add_subcommand("down", "stop berthd; what runs goes on")
      ->callback([&action] { action = down; });
  const auto shown = add<UiOptions>(app, "ui", "open the dashboard, signed in");
  shown.flag("--no-open", shown->no_open, "print what to open in a browser");
  shown.does(action, ui);
  auto* service =
      app.add_subcommand("service", "berthd as a service of systemd");
  service->require_subcommand(1);
  service->add_subcommand("install", "start it at login, hold its port")
      ->callback([&action] { action = service_install; });
  service->add_subcommand("remove", "no longer; what runs goes on")
      ->callback([&action] { action = service_remove; });
  auto json = std::make_shared<bool>(false);
  auto* status = service->add_subcommand("status", "whether it is installed");
  status->add_flag("--json", *json, "as a JSON object");
  status->callback([&action, json] {
    action = [json](Context& c) { return service_status(*json, c); };
  });
}

void add_upkeep(CLI::App& app, Action& action) {
  auto json = std::make_shared<bool>(false);
  auto* doctor_app =
      app.add_subcommand("doctor", "check everything; say what to do");
  doctor_app->add_flag("--json", *json, "as a JSON object");
  doctor_app->callback([&action, json] {
    action = [json](Context& c) { return doctor(*json, c); };
  });
  app.add_subcommand("prune", "remove the records of crashed instances")
      ->callback([&action] { action = prune; });
  auto shell = std::make_shared<std::string>();
  auto* completion_app =
      app.add_subcommand("completion", "a script for bash, zsh or fish");
  completion_app->add_option("SHELL", *shell)->required();
  completion_app->callback([&action, shell] {
    action = [shell](Context& c) { return completion(*shell, c); };
  });
  app.add_subcommand("version", "print the version")->callback([&action] {
    action = [](Context& c) {
      return c.console.line("berth " BERTH_VERSION), 0;
    };
  });
}

void add_help(CLI::App& app, Action& action) {
  auto* help = app.add_subcommand("help", "help on a command, or exit-codes");
  auto topic = std::make_shared<std::vector<std::string>>();
  help->add_option("COMMAND", *topic);
  help->callback([&app, &action, topic] {
    if (!topic->empty() && topic->front() == "exit-codes") {
      action = exit_codes;
      return;
    }
    const CLI::App* about = &app;
    std::string name = about->get_name();
    for (const auto& word : *topic) {
      const auto named = about->get_subcommands(
          [&](const CLI::App* sub) { return sub->check_name(word); });
      if (named.empty()) throw CLI::ValidationError("no such command: " + word);
      about = named.front();
      name += " " + about->get_name();
    }
    // Not about->help(): that is about the command that was given, "help".
    action = [about, name](Context& c) {
      const auto normal = CLI::AppFormatMode::Normal;
      c.console.write(about->get_formatter()->make_help(about, name, normal));
      return 0;
    };
  });
}

// Adds what `verb` needs; all where it is none of them, for help and for what
// was misspelt. A third of the time of `berth list` was the other verbs'.
void add_verbs(CLI::App& app, Action& action, const std::string& verb,
               const std::vector<std::string>& command) {
  struct Part {
    std::vector<std::string> verbs;
    std::function<void()> add;
  };
  const auto simple = [&](const char* name, const char* help,
                          int (*run)(const std::string&, Context&)) {
    return Part{{name}, [&app, &action, name, help, run] {
                  add_simple(app, action, name, help, run);
                }};
  };
  const auto part = [&](std::vector<std::string> verbs,
                        void (*add)(CLI::App&, Action&)) {
    return Part{std::move(verbs), [&app, &action, add] { add(app, action); }};
  };
  const Part parts[] = {
      part({"start"}, add_start),
      part({"run"}, add_run),
      part({"stop"}, add_stop),
      part({"restart"}, add_restart),
      part({"list", "ls"}, add_list),
      part({"show"}, add_show),
      simple("port", "its port", port),
      simple("url", "its URL", url),
      part({"wait"}, add_wait),
      part({"logs"}, add_logs),
      part({"call"}, add_call),
      {{"exec"}, [&] { add_exec(app, action, command); }},
      simple("use", "choose the default NAME, or tell it", use),
      part({"profile"}, add_profile),
      part({"approvals", "approve", "deny", "grants", "revoke"}, add_access),
      part({"up", "down", "ui", "service"}, add_manager),
      part({"doctor", "prune", "completion", "version"}, add_upkeep),
  };
  const auto wanted =
      std::find_if(std::begin(parts), std::end(parts), [&](const Part& one) {
        return std::count(one.verbs.begin(), one.verbs.end(), verb) > 0;
      });
  if (wanted != std::end(parts)) return wanted->add();
  for (const auto& one : parts) one.add();
  add_help(app, action);
}

std::string verb_of(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--color")
      ++i;
    else if (!arguments[i].starts_with('-'))
      return arguments[i];
  }
  return {};
}

// What follows the first "--" of `exec` is somebody else's command line.
std::vector<std::string> split_command(std::vector<std::string>& arguments) {
  std::vector<std::string> command;
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  if (verb_of(arguments) != "exec" || dashes == arguments.end()) return command;
  command.assign(dashes + 1, arguments.end());
  arguments.erase(dashes, arguments.end());
  return command;
}

int wrong_usage(const CLI::ParseError& error, const std::string& verb) {
  std::string message = visible(error.what());
  // A sentence goes on after "berth: "; a word in capitals stays as it is.
  if (message.size() > 1 && std::islower(message[1]))
    message[0] = static_cast<char>(std::tolower(message[0]));
  const Exit exit = verb == "exec" ? Exit::exec_failed : Exit::usage;
  return Console(Color::automatic)
      .fail(Failure(exit, {Errc::invalid, message, "see: berth help"}));
}

int perform(const Action& action, Color color) {
  Console console(color);
  auto paths = find_paths();
  if (!paths) return console.fail(paths.error());
  Context context{std::move(*paths),
                  [](const char* name) { return std::getenv(name); }, console};
  return console.finish(action(context));
}

}  // namespace

int run_command_line(std::vector<std::string> arguments) {
  const std::string verb = verb_of(arguments);
  const auto command = split_command(arguments);
  CLI::App app("Finds and manages the wallet instances of this machine.",
               "berth");
  Action action = overview;
  Color color = Color::automatic;
  app.require_subcommand(0, 1);
  app.fallthrough();
  app.set_version_flag("--version", "berth " BERTH_VERSION);
  app.add_option("--color", color, "auto, always or never")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Color>{{"auto", Color::automatic},
                                       {"always", Color::always},
                                       {"never", Color::never}}))
      ->type_name("");
  add_verbs(app, action, verb, command);
  try {
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants it
    app.parse(std::move(arguments));
  } catch (const CLI::Success& wanted) {  // --help, --version
    return app.exit(wanted);
  } catch (const CLI::ParseError& error) {
    return wrong_usage(error, verb);
  }
  return perform(action, color);
}

}  // namespace berth::launcher
