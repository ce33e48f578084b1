#include "launcher/cli.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "launcher/cli_parts.h"
#include "launcher/help_format.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

constexpr const char* kDescription =
    R"(Each instance is a named profile with a port of its own on 127.0.0.1, which it
keeps. Who runs is told by the registry, a private directory in which each
instance holds one locked file: no daemon is needed to start, list, stop or use
them. berthd adds restarts, the dashboard, and the picker for web pages.

Examples:
  berth start alice --create
  berth list
  berth call alice eth_accounts
)";

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
      {{"profile"}, [&] { add_profile(app, action, command); }},
      part({"approvals", "approve", "deny", "grants", "revoke"}, add_access),
      part({"up", "down", "ui", "service"}, add_manager),
      part({"browser"}, add_browser),
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

// What follows the first "--" of `exec` and of `profile create` is somebody
// else's command line.
std::vector<std::string> split_command(std::vector<std::string>& arguments) {
  std::vector<std::string> command;
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  const auto verb = verb_of(arguments);
  const bool creates = verb == "profile" &&
                       std::find(arguments.begin(), dashes, "create") != dashes;
  if ((verb != "exec" && !creates) || dashes == arguments.end()) return command;
  command.assign(dashes + 1, arguments.end());
  arguments.erase(dashes, arguments.end());
  // No program was named, which is not the same as none being asked for.
  if (creates && command.empty()) command.emplace_back();
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
  app.formatter(std::make_shared<HelpFormat>());
  app.set_version_flag("--version", "berth " BERTH_VERSION);
  app.add_option("--color", color, "auto, always or never")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Color>{{"auto", Color::automatic},
                                       {"always", Color::always},
                                       {"never", Color::never}}))
      ->type_name("");
  add_verbs(app, action, verb, command);
  app.footer(kDescription);  // only now: the verbs would inherit it
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
