#include "launcher/browsers.h"

#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "provider/native_host/extension_ids.h"
#include "registry/base/files.h"

namespace berth::launcher {
namespace {

namespace fs = std::filesystem;
using Family = Browser::Family;

constexpr std::size_t kMaxScriptBytes = 64 * 1024;

// /snap/bin/NAME is a link to snapd's program, and Ubuntu's /usr/bin/firefox a
// script that calls that.
bool leads_to_snap(const fs::path& program) {
  std::error_code none;
  if (fs::canonical(program, none).filename() == "snap") return true;
  const auto script = read_file(program, kMaxScriptBytes);
  return script && script->starts_with("#!") &&
         script->find("/snap/bin/") != std::string::npos;
}

struct OnPath {
  bool itself = false;
  bool snap = false;
};

OnPath look_on_path(const Browser& browser, const UserPlaces& places) {
  OnPath found;
  for (const auto& directory : places.programs)
    for (const auto& name : browser.programs) {
      const auto program = directory / name;
      if (::access(program.c_str(), X_OK) != 0) continue;
      (leads_to_snap(program) ? found.snap : found.itself) = true;
    }
  return found;
}

bool any_exists(const std::vector<fs::path>& paths) {
  std::error_code none;
  return std::any_of(paths.begin(), paths.end(),
                     [&](const auto& path) { return fs::exists(path, none); });
}

bool has_flatpak(const Browser& browser, const UserPlaces& places) {
  return any_exists({places.home / ".var/app" / browser.flatpak,
                     places.home / ".local/share/flatpak/app" / browser.flatpak,
                     fs::path("/var/lib/flatpak/app") / browser.flatpak});
}

bool has_settings(const Browser& browser, const UserPlaces& places) {
  std::vector<fs::path> directories{places.config / browser.settings};
  if (browser.family == Family::firefox)  // where it was before Firefox 147
    directories.push_back(places.home / ".mozilla" / "firefox");
  return any_exists(directories);
}

// Fedora's and openSUSE's Firefox look below /usr/lib64, Debian's below
// /usr/lib: it is settled when Firefox is built.
fs::path mozilla_manifests() {
  const bool lib64 = any_exists({"/usr/lib64/mozilla"});
  return fs::path(lib64 ? "/usr/lib64" : "/usr/lib") /
         "mozilla/native-messaging-hosts";
}

}  // namespace

const std::vector<Browser>& known_browsers() {
  static const std::vector<Browser> browsers{
      {.id = "brave",
       .name = "Brave",
       .family = Family::chromium,
       .programs = {"brave-browser", "brave-browser-stable", "brave"},
       .settings = "BraveSoftware/Brave-Browser",
       // Chrome's: it has none of its own.
       .system_manifests = "/etc/opt/chrome/native-messaging-hosts",
       .snap = "brave",
       .flatpak = "com.brave.Browser"},
      {.id = "chromium",
       .name = "Chromium",
       .family = Family::chromium,
       .programs = {"chromium", "chromium-browser"},
       .settings = "chromium",
       .system_manifests = "/etc/chromium/native-messaging-hosts",
       .snap = "chromium",
       .flatpak = "org.chromium.Chromium"},
      {.id = "firefox",
       .name = "Firefox",
       .family = Family::firefox,
       .programs = {"firefox", "firefox-esr"},
       .settings = "mozilla/firefox",
       .system_manifests = mozilla_manifests(),
       .snap = "firefox",
       .flatpak = "org.mozilla.firefox"},
      {.id = "chrome",
       .name = "Google Chrome",
       .family = Family::chromium,
       .programs = {"google-chrome", "google-chrome-stable"},
       .settings = "google-chrome",
       .system_manifests = "/etc/opt/chrome/native-messaging-hosts",
       .snap = "",
       .flatpak = "com.google.Chrome"},
      {.id = "edge",
       .name = "Microsoft Edge",
       .family = Family::chromium,
       .programs = {"microsoft-edge", "microsoft-edge-stable"},
       .settings = "microsoft-edge",
       .system_manifests = "/etc/opt/edge/native-messaging-hosts",
       .snap = "",
       .flatpak = "com.microsoft.Edge"},
  };
  return browsers;
}

Result<UserPlaces> find_user_places(const Environment& environment) {
  auto home = user_home(environment);
  if (!home) return home.error();
  auto config = user_config(environment);
  if (!config) return config.error();
  UserPlaces places{*home, *config, {}};
  const char* path = environment("PATH");
  std::istringstream entries(path == nullptr ? "" : path);
  for (std::string entry; std::getline(entries, entry, ':');)
    if (entry.starts_with('/')) places.programs.emplace_back(entry);
  return places;
}

// The directory of its settings comes last: other programs make it as well.
Presence presence_of(const Browser& browser, const UserPlaces& places) {
  const auto on_path = look_on_path(browser, places);
  if (on_path.itself) return Presence::installed;
  const bool snap = !browser.snap.empty() &&
                    any_exists({places.home / "snap" / browser.snap});
  if (on_path.snap || snap) return Presence::snap;
  if (has_flatpak(browser, places)) return Presence::flatpak;
  return has_settings(browser, places) ? Presence::installed : Presence::absent;
}

// Chromium: chrome/common/chrome_paths.cc. Firefox: its native manifests stay
// in ~/.mozilla, whatever XDG_CONFIG_HOME says.
fs::path manifest_file(const Browser& browser, Scope scope,
                       const UserPlaces& places) {
  const std::string file = std::string(native_host::kHostName) + ".json";
  if (scope == Scope::system) return browser.system_manifests / file;
  if (browser.family == Family::firefox)
    return places.home / ".mozilla" / "native-messaging-hosts" / file;
  return places.config / browser.settings / "NativeMessagingHosts" / file;
}

}  // namespace berth::launcher
