#include <nlohmann/json.hpp>
#include <set>

#include "launcher/browser_status.h"
#include "launcher/commands/commands.h"
#include "launcher/commands/each.h"
#include "launcher/table.h"
#include "registry/base/programs.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

namespace fs = std::filesystem;
using State = Registration::State;

Scope scope_of(const BrowserOptions& options) {
  return options.system ? Scope::system : Scope::user;
}

// The system's directories are root's.
Error with_advice(Error error, Scope scope, const char* command) {
  if (error.code == Errc::denied && error.hint.empty() &&
      scope == Scope::system)
    error.hint = std::string("as root: berth browser ") + command + " --system";
  return error;
}

Error none_found() {
  std::string names;
  for (const auto& browser : known_browsers())
    names += (names.empty() ? "" : ", ") + browser.name;
  return {Errc::not_found, "no browser found that can be served: " + names,
          "see: berth browser status"};
}

// Tells of what it takes the place.
Result<void> install(const BrowserStatus& status, const fs::path& host,
                     const Console& console) {
  const auto& before = status.registration;
  auto written =
      write_manifest(status.browser, status.scope, before.file, host);
  if (!written) return with_advice(written.error(), status.scope, "install");
  if (!before.problem.empty())
    console.note("replaced for " + status.browser.name + ": " +
                 visible(before.problem));
  console.line(before.file.string());
  return {};
}

Result<fs::path> unpacked_extension() {
  auto own = program_beside("berth");
  if (!own) return own;
  const auto directory =
      own->parent_path().parent_path() / "share" / "berth" / "extension";
  std::error_code none;
  if (fs::is_directory(directory / "chromium", none)) return directory;
  return Error{Errc::not_found,
               "the extension was not built: " + directory.string(),
               "build Berth again where node and npm are: provider/extension"};
}

const char* in_words(Presence presence) {
  switch (presence) {
    case Presence::absent:
      return "no";
    case Presence::installed:
      return "yes";
    case Presence::snap:
      return "snap";
    case Presence::flatpak:
      return "flatpak";
  }
  return "no";
}

const char* in_words(State state) {
  switch (state) {
    case State::missing:
      return "not registered";
    case State::ready:
      return "ready";
    case State::another:
      return "another";
    case State::wrong:
      return "wrong";
  }
  return "not registered";
}

Paint paint_of(State state) {
  switch (state) {
    case State::missing:
      return Paint::none;
    case State::ready:
      return Paint::green;
    case State::another:
      return Paint::yellow;
    case State::wrong:
      return Paint::red;
  }
  return Paint::none;
}

void print_json(const std::vector<BrowserStatus>& statuses,
                const Console& console) {
  using nlohmann::ordered_json;
  const auto or_null = [](const std::string& text) {
    return text.empty() ? ordered_json(nullptr) : ordered_json(text);
  };
  auto facts = ordered_json::array();
  for (const auto& [browser, presence, scope, registration] : statuses) {
    const auto& [file, state, problem, browser_says] = registration;
    facts.push_back({{"browser", browser.id},
                     {"name", browser.name},
                     {"installed", in_words(presence)},
                     {"manifest", file.string()},
                     {"scope", scope == Scope::user ? "user" : "system"},
                     {"state", in_words(state)},
                     {"problem", or_null(problem)},
                     {"browser_says", or_null(browser_says)}});
  }
  console.line(
      facts.dump(2, ' ', true, nlohmann::json::error_handler_t::replace));
}

void print_text(const std::vector<BrowserStatus>& statuses,
                const Console& console) {
  std::vector<std::vector<Cell>> rows;
  std::vector<std::string> notes;
  for (const auto& status : statuses) {
    const auto& [file, state, problem, browser_says] = status.registration;
    std::string words = in_words(state);
    if (state == State::wrong) words += ": " + visible(problem);
    if (state == State::another) words = visible(problem);
    rows.push_back({{status.browser.name},
                    {in_words(status.presence)},
                    {visible(file.string())},
                    {words, paint_of(state)}});
    if (state == State::wrong)
      notes.push_back(status.browser.name + " says: " + browser_says);
    if (!problem.empty() && !status.fix().empty())
      notes.push_back("  to do: " + status.fix());
    const auto sandbox = confinement(status.browser, status.presence);
    if (!sandbox.empty()) notes.push_back(sandbox);
  }
  console.write(render_table(
      {{"BROWSER"}, {"INSTALLED"}, {"MANIFEST"}, {"STATE"}}, rows, console));
  for (const auto& note : notes) console.line(note);
}

}  // namespace

int browser_install(const BrowserOptions& options, Context& context) {
  const auto& console = context.console;
  auto host = native_host();
  if (!host) return console.fail(host.error());
  auto statuses = browser_statuses(context.environment, scope_of(options));
  if (!statuses) return console.fail(statuses.error());
  Each each(console);
  std::set<fs::path> files;  // two browsers may share one
  for (const auto& status : *statuses) {
    const auto sandbox = confinement(status.browser, status.presence);
    if (!sandbox.empty()) console.note(sandbox);
    if (!can_be_served(status.browser, status.presence) ||
        !files.insert(status.registration.file).second)
      continue;
    if (auto done = install(status, *host, console); !done)
      each.failed(done.error());
  }
  return files.empty() ? console.fail(none_found()) : each.code();
}

int browser_remove(const BrowserOptions& options, Context& context) {
  const auto& console = context.console;
  const Scope scope = scope_of(options);
  auto places = find_user_places(context.environment);
  if (!places) return console.fail(places.error());
  Each each(console);
  std::set<fs::path> files;
  for (const auto& browser : known_browsers())
    files.insert(manifest_file(browser, scope, *places));
  bool any = false;
  for (const auto& file : files) {
    auto removed = remove_manifest(file);
    if (!removed) each.failed(with_advice(removed.error(), scope, "remove"));
    any = any || !removed || *removed;
  }
  if (!any) console.progress("was not installed");
  return each.code();
}

int browser_status(const BrowserOptions& options, Context& context) {
  auto statuses = browser_statuses(
      context.environment,
      options.system ? std::optional(Scope::system) : std::nullopt);
  if (!statuses) return context.console.fail(statuses.error());
  options.json ? print_json(*statuses, context.console)
               : print_text(*statuses, context.console);
  return 0;
}

// Those of every browser: which are there is not known when a package is made.
int browser_manifests(const BrowserManifestsOptions& options,
                      Context& context) {
  Each each(context.console);
  for (const auto& browser : known_browsers()) {
    const auto file = manifest_file(browser, Scope::system, {});
    const auto written =
        write_manifest(browser, Scope::system,
                       options.root / file.relative_path(), options.host);
    if (!written) each.failed(written.error());
  }
  return each.code();
}

int extension_directory(Context& context) {
  const auto& console = context.console;
  auto directory = unpacked_extension();
  if (!directory) return console.fail(directory.error());
  console.line(directory->string());
  return 0;
}

}  // namespace berth::launcher
