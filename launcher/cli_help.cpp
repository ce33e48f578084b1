// The verb that explains the others.
#include <algorithm>

#include "launcher/cli_parts.h"
#include "launcher/help_format.h"
#include "launcher/help_topics.h"
#include "launcher/man_page.h"

namespace berth::launcher {
namespace {

using Words = std::vector<std::string>;

Action tell_about(const CLI::App& app, const Words& words) {
  const CLI::App* about = &app;
  std::string name = about->get_name();
  for (const auto& word : words) {
    const auto named = about->get_subcommands(
        [&](const CLI::App* sub) { return sub->check_name(word); });
    if (named.empty()) throw CLI::ValidationError("no such command: " + word);
    about = named.front();
    name += " " + about->get_name();
  }
  // Not about->help(): that is about the command that was given, "help".
  return [about, name](Context& c) {
    const auto normal = CLI::AppFormatMode::Normal;
    c.console.write(about->get_formatter()->make_help(about, name, normal));
    return 0;
  };
}

// For the build, which makes the pages of what the programs themselves say.
Action print_man_page(const CLI::App& app, const Words& words) {
  return [&app, words](Context& c) {
    auto page = words.empty() ? Result<std::string>(man_page_of(app))
                              : man_page_of(words.front());
    if (!page) return c.console.fail(page.error());
    c.console.write(*page);
    return 0;
  };
}

Action explain(const CLI::App& app, const Words& words, bool man) {
  if (man) return print_man_page(app, words);
  for (const auto& topic : help_topics())
    if (words == Words{topic.name})
      return [&topic](Context& c) { return c.console.write(topic.text), 0; };
  return tell_about(app, words);
}

}  // namespace

void add_help(CLI::App& app, Action& action) {
  std::string topics;
  for (const auto& topic : help_topics())
    topics += std::string(", ") + topic.name;
  auto* help = app.add_subcommand("help", "help on a command" + topics);
  auto words = std::make_shared<Words>();
  auto man = std::make_shared<bool>(false);
  help->add_option("COMMAND", *words);
  help->add_flag("--man", *man, "its manual page")->group("");
  help->callback(
      [&app, &action, words, man] { action = explain(app, *words, *man); });
}

}  // namespace berth::launcher
