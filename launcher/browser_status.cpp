#include "launcher/browser_status.h"

#include "registry/base/programs.h"

namespace berth::launcher {
namespace {

namespace fs = std::filesystem;
using Family = Browser::Family;
using State = Registration::State;

// A manifest of the user's hides that of the system.
BrowserStatus status_of(const Browser& browser, const UserPlaces& places,
                        std::optional<Scope> scope, const fs::path& host) {
  BrowserStatus status{browser, presence_of(browser, places), Scope::user, {}};
  const auto look = [&](Scope where) {
    return examine_manifest(browser, manifest_file(browser, where, places),
                            host);
  };
  status.scope = scope.value_or(Scope::user);
  status.registration = look(status.scope);
  if (scope || status.registration.state != State::missing) return status;
  auto system = look(Scope::system);
  if (system.state == State::missing) return status;
  status.scope = Scope::system;
  status.registration = std::move(system);
  return status;
}

}  // namespace

std::string BrowserStatus::fix() const {
  const State state = registration.state;
  const bool served = can_be_served(browser, presence);
  if (state == State::ready || presence == Presence::absent) return "";
  if (state == State::missing && !served) return "";
  return std::string("berth browser ") + (served ? "install" : "remove") +
         (scope == Scope::system ? " --system" : "");
}

Result<std::vector<BrowserStatus>> browser_statuses(
    const Environment& environment, std::optional<Scope> scope) {
  auto places = find_user_places(environment);
  if (!places) return places.error();
  const auto host = native_host();
  std::vector<BrowserStatus> statuses;
  for (const auto& browser : known_browsers())
    statuses.push_back(
        status_of(browser, *places, scope, host ? *host : fs::path()));
  return statuses;
}

Result<fs::path> native_host() {
  auto program = program_beside("berth-native-host");
  if (program) return program;
  auto error = program.error();
  error.hint = "install Berth again: it belongs beside berth";
  return error;
}

std::string confinement(const Browser& browser, Presence presence) {
  if (presence != Presence::snap && presence != Presence::flatpak) return "";
  const std::string is = browser.name + " is a " +
                         (presence == Presence::snap ? "snap" : "flatpak");
  if (browser.family == Family::firefox)
    return is +
           ": the desktop's WebExtensions portal starts berth-native-host for "
           "it, after a question to the user; without that portal nothing does";
  return is +
         ": its sandbox starts no program of the system; Berth's extension "
         "needs one that was installed otherwise";
}

bool can_be_served(const Browser& browser, Presence presence) {
  if (presence == Presence::absent) return false;
  return presence == Presence::installed || browser.family == Family::firefox;
}

}  // namespace berth::launcher
