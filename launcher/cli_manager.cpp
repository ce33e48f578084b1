// Verbs for berthd, for browsers, and for the upkeep of an installation.
#include "launcher/cli_parts.h"

namespace berth::launcher {

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

void add_browser(CLI::App& app, Action& action) {
  auto* browser = app.add_subcommand(
      "browser", "make Berth known to the browsers, for its extension");
  browser->require_subcommand(0, 1);
  const auto verb = [&](const char* name, const char* help) {
    auto command = add<BrowserOptions>(*browser, name, help);
    command.flag("--system", command->system, "for all users of the machine");
    return command;
  };
  verb("install", "register the native messaging host with each")
      .does(action, browser_install);
  verb("remove", "take it out of all of them").does(action, browser_remove);
  const auto status = verb("status", "whether each would start it");
  status.flag("--json", status->json, "as a JSON array");
  status.does(action, browser_status);
  const auto manifests = add<BrowserManifestsOptions>(
      *browser, "manifests", "for packages: write those of all browsers");
  manifests.app->group("");  // not for people
  manifests.app->add_option("ROOT", manifests->root)->required();
  manifests.app->add_option("HOST", manifests->host)->required();
  manifests.does(action, browser_manifests);
  auto extension = std::make_shared<bool>(false);
  browser->add_flag("--extension-dir", *extension,
                    "print where the unpacked extension lies");
  // Runs after that of the verb.
  browser->callback([&action, browser, extension] {
    const bool has_verb = !browser->get_subcommands().empty();
    if (has_verb == *extension)
      throw CLI::ValidationError(
          "either install, remove or status is required, or --extension-dir");
    if (*extension) action = extension_directory;
  });
}

void add_upkeep(CLI::App& app, Action& action) {
  const auto checked =
      add<DoctorOptions>(app, "doctor", "check everything; say what to do");
  checked.flag("--json", checked->json, "as a JSON object");
  checked.app
      ->add_option("--record", checked->record,
                   "only the record of NAME, for the author of its program")
      ->type_name("NAME");
  checked.does(action, doctor);
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

}  // namespace berth::launcher
