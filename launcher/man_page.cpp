#include "launcher/man_page.h"

#include <cctype>

#include "launcher/help_format.h"
#include "launcher/help_topics.h"
#include "launcher/roff.h"
#include "registry/base/programs.h"

namespace berth::launcher {
namespace {

// "Usage: berth start [OPTIONS]" without the first word.
std::string usage_of(const CLI::App& app, const std::string& name) {
  std::string usage = HelpFormat().make_usage(&app, name);
  usage.erase(0, usage.find(' ') + 1);
  usage.erase(usage.find_last_not_of('\n') + 1);
  return usage;
}

bool is_shown(const CLI::Option* option) {
  return !option->get_group().empty() && !option->get_description().empty();
}

std::string items_of(const CLI::App& app, bool with_help = false) {
  const HelpFormat format;
  std::string out;
  for (const auto* option : app.get_options(is_shown))
    if (with_help || option != app.get_help_ptr())
      out +=
          roff_item(format.make_option_name(option, option->get_positional()) +
                        format.make_option_opts(option),
                    format.make_option_desc(option));
  return out;
}

std::string name_section(const std::string& name, const std::string& purpose) {
  return roff_heading("Name") + roff_escaped(name) + " \\- " +
         roff_escaped(purpose) + "\n";
}

// The commands of `app`, and after each one its own.
std::string commands_of(const CLI::App& app, const std::string& name) {
  std::string out;
  for (const auto* command : app.get_subcommands({})) {
    if (command->get_group().empty()) continue;  // for programs
    const auto full_name = name + " " + command->get_name();
    out += ".SS \"" + roff_escaped(usage_of(*command, full_name)) + "\"\n";
    out += roff_escaped(command->get_description()) + "\n";
    for (const auto& alias : command->get_aliases())
      out += "(also: " + roff_escaped(name + " " + alias) + ")\n";
    out += items_of(*command) + commands_of(*command, full_name);
  }
  return out;
}

}  // namespace

std::string man_page_of(const CLI::App& app) {
  const auto& name = app.get_name();
  std::string purpose = app.get_description();
  purpose.front() = static_cast<char>(std::tolower(purpose.front()));
  purpose.erase(purpose.find_last_not_of('.') + 1);
  std::string out =
      roff_title(name, 1) + name_section(name, purpose) +
      roff_heading("Synopsis") + roff_escaped(usage_of(app, name)) + "\n" +
      roff_heading("Description") + roff_of_text(app.get_footer()) +
      roff_heading("Options") + items_of(app, true) + roff_heading("Commands") +
      commands_of(app, name);
  for (const auto& topic : help_topics())
    out += roff_heading(topic.title) + roff_of_text(topic.text);
  return out + roff_heading("See also") +
         roff_escaped(
             "berthd(8), berth-instance(1), berth-native-host(1), "
             "berth-registry(5)") +
         "\n";
}

Result<std::string> man_page_of(const std::string& program) {
  auto path = program_beside(program);
  if (!path) return path.error();
  auto help = run_program({path->string(), "--help"}, "");
  if (!help) return help.error();
  const auto& text = help->out;
  const auto end = text.find('\n');
  const auto dash = text.find(" - ");
  if (help->exit != 0 || dash >= end)
    return Error{Errc::failed, "no help that tells its name: " + program};
  const int section = program == "berthd" ? 8 : 1;
  return roff_title(program, section) +
         name_section(program, text.substr(dash + 3, end - dash - 3)) +
         roff_of_text(text.substr(end));
}

}  // namespace berth::launcher
