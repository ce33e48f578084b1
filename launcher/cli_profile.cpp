// Verbs that make and change profiles.
#include "launcher/cli_parts.h"

namespace berth::launcher {
namespace {

void add_profile_create(CLI::App& app, Action& action,
                        const std::vector<std::string>& command) {
  const auto c = add<ProfileCreateOptions>(
      app, "create",
      "make a new profile; of a wallet of your own: create NAME -- CMD ARGS, "
      "where {port}, {name} and {data_dir} are filled in");
  c.app->add_option("NAME", c->name)->required();
  const std::pair<const char*, const char*> keys[] = {
      {"wallet", "dev (default) or forward; command with -- CMD"},
      {"upstream", "http(s)://, ws(s):// or ipc:/path"},
      {"chain-id", "31337 for dev"},
      {"approve", "who is asked: ask, native (own programs are not), always (nobody is)"},
      {"title", "what people see"},
      {"color", "#rrggbb"},
      {"icon", "a data: URI of an image"},
      {"port", "always this one"},
      {"restart", "no, on-failure or always"},
      {"listen", "how CMD gets its port: any (default), port or socket"},
      {"health", "path that CMD answers with 2xx while it is well"}};
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
  c->command = command;
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

}  // namespace

void add_profile(CLI::App& app, Action& action,
                 const std::vector<std::string>& command) {
  auto* profile = app.add_subcommand("profile", "make and change profiles");
  profile->require_subcommand(1);
  add_profile_create(*profile, action, command);
  add_profile_readers(*profile, action);
  add_profile_writers(*profile, action);
  const auto c = add<ProfileRemoveOptions>(
      *profile, "remove", "remove it; keeps its data and keys");
  c.app->add_option("NAME", c->name)->required();
  c.flag("--yes", c->yes, "do not ask");
  c.flag("--data", c->data, "its data and keys as well");
  c.does(action, profile_remove);
}

}  // namespace berth::launcher
