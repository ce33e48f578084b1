// How the command line's parts add their verbs. For cli*.cpp only: it includes
// CLI11, which takes its time to compile.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "launcher/commands/commands.h"

namespace berth::launcher {

// What is to be done, once all of the command line was understood.
using Action = std::function<int(Context&)>;

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

// Each adds its verbs to `app`; the one that was given sets `action`, which is
// to outlive the parsing.
void add_start(CLI::App& app, Action& action);
void add_run(CLI::App& app, Action& action);
void add_stop(CLI::App& app, Action& action);
void add_restart(CLI::App& app, Action& action);
void add_list(CLI::App& app, Action& action);
void add_show(CLI::App& app, Action& action);
void add_wait(CLI::App& app, Action& action);
void add_logs(CLI::App& app, Action& action);
void add_call(CLI::App& app, Action& action);
// `command`: what follows "--"; it must outlive the action.
void add_exec(CLI::App& app, Action& action,
              const std::vector<std::string>& command);
// A command that takes one NAME and nothing else.
void add_simple(CLI::App& app, Action& action, const char* verb,
                const char* help, int (*run)(const std::string&, Context&));
void add_profile(CLI::App& app, Action& action,
                 const std::vector<std::string>& command);
void add_access(CLI::App& app, Action& action);
void add_manager(CLI::App& app, Action& action);
void add_browser(CLI::App& app, Action& action);
void add_upkeep(CLI::App& app, Action& action);
// Knows of what `app` has by then.
void add_help(CLI::App& app, Action& action);

}  // namespace berth::launcher
