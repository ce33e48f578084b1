#include "launcher/browser_manifest.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "provider/native_host/extension_ids.h"
#include "registry/base/files.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::json;
using Family = Browser::Family;
using State = Registration::State;

constexpr std::size_t kMaxManifestBytes = 64 * 1024;

const char* callers_key(const Browser& browser) {
  return browser.family == Family::chromium ? "allowed_origins"
                                            : "allowed_extensions";
}

std::string extension_of(const Browser& browser) {
  if (browser.family == Family::firefox) return native_host::kFirefoxId;
  return std::string("chrome-extension://") + native_host::kChromiumId + "/";
}

// Where a browser gives up.
enum class Step { lookup, permission, finding, running };
struct Fault {
  Step step;
  std::string what;
};

// The browsers' own words: of Chromium's native_message_process_host.cc, and of
// Firefox's NativeMessaging.sys.mjs, whose own faults reach no extension.
std::string words(const Browser& browser, Step step) {
  const bool chromium = browser.family == Family::chromium;
  const std::string unknown =
      chromium
          ? "Specified native messaging host not found."
          : std::string("No such native application ") + native_host::kHostName;
  switch (step) {
    case Step::lookup:
      break;
    case Step::permission:
      return chromium ? "Access to the specified native messaging host is "
                        "forbidden."
                      : unknown;
    case Step::finding:
      return chromium ? unknown : "An unexpected error occurred";
    case Step::running:
      return chromium ? "Native host has exited."
                      : "An unexpected error occurred";
  }
  return unknown;
}

std::optional<Fault> fault_of_fields(const Browser& browser,
                                     const json& manifest) {
  if (!manifest.is_object()) return Fault{Step::lookup, "it is no JSON object"};
  const char* const callers = callers_key(browser);
  for (const char* key : {"name", "description", "path", "type"})
    if (!manifest.contains(key) || !manifest[key].is_string() ||
        manifest[key] == "")
      return Fault{Step::lookup, std::string("it has no \"") + key + "\""};
  if (manifest["name"] != native_host::kHostName)
    return Fault{Step::lookup, "it is that of another program: " +
                                   manifest["name"].get<std::string>()};
  if (manifest["type"] != "stdio")
    return Fault{Step::lookup, "its \"type\" is not \"stdio\""};
  if (!manifest.contains(callers) || !manifest[callers].is_array())
    return Fault{Step::lookup, std::string("it has no \"") + callers + "\""};
  const std::set<std::string> known{"name", "description", "path", "type",
                                    callers};
  for (const auto& item : manifest.items())
    if (browser.family == Family::firefox && !known.contains(item.key()))
      return Fault{Step::lookup,
                   "Firefox refuses its key \"" + item.key() + "\""};
  return std::nullopt;
}

std::optional<Fault> fault_of_callers(const Browser& browser,
                                      const json& manifest) {
  const auto& callers = manifest[callers_key(browser)];
  const auto extension = extension_of(browser);
  if (std::find(callers.begin(), callers.end(), extension) != callers.end())
    return std::nullopt;
  return Fault{Step::permission, "its \"" + std::string(callers_key(browser)) +
                                     "\" lacks Berth's extension, " +
                                     extension};
}

std::optional<Fault> fault_of_program(const fs::path& program) {
  if (!program.is_absolute())
    return Fault{Step::lookup,
                 "its program is no absolute path: " + program.string()};
  struct stat info {};
  if (::stat(program.c_str(), &info) != 0)
    return Fault{Step::finding, "its program is missing: " + program.string()};
  if (!S_ISREG(info.st_mode) || ::access(program.c_str(), X_OK) != 0)
    return Fault{Step::running,
                 "its program cannot be run: " + program.string()};
  return std::nullopt;
}

// In the order in which browsers look.
std::optional<Fault> fault_of(const Browser& browser, const json& manifest) {
  if (auto fault = fault_of_fields(browser, manifest)) return fault;
  if (auto fault = fault_of_callers(browser, manifest)) return fault;
  return fault_of_program(manifest["path"].get<std::string>());
}

// As browsers make them: a user's are private, the system's for all to read,
// whatever the umask.
Result<void> make_directories(const fs::path& path, mode_t mode) {
  std::error_code none;
  if (path.empty() || fs::is_directory(path, none)) return {};
  if (auto made = make_directories(path.parent_path(), mode); !made)
    return made;
  if (::mkdir(path.c_str(), mode) != 0) {
    if (errno == EEXIST) return {};
    return errno_error(errno, "make directory " + path.string());
  }
  if (::chmod(path.c_str(), mode) != 0)
    return errno_error(errno, "chmod " + path.string());
  return {};
}

}  // namespace

std::string manifest_text(const Browser& browser, const fs::path& host) {
  const nlohmann::ordered_json manifest{
      {"name", native_host::kHostName},
      {"description", "Berth: finds and manages wallet instances"},
      {"path", host.string()},
      {"type", "stdio"},
      {callers_key(browser), json::array({extension_of(browser)})}};
  return manifest.dump(2) + "\n";
}

Registration examine_manifest(const Browser& browser, const fs::path& file,
                              const fs::path& host) {
  const auto text = read_file(file, kMaxManifestBytes);
  if (!text && text.error().code == Errc::not_found)
    return {file, State::missing, "", words(browser, Step::lookup)};
  if (!text)
    return {file, State::wrong, text.error().message,
            words(browser, Step::lookup)};
  const auto manifest = json::parse(*text, nullptr, false);
  if (const auto fault = fault_of(browser, manifest))
    return {file, State::wrong, fault->what, words(browser, fault->step)};
  const fs::path program = manifest["path"].get<std::string>();
  std::error_code none;
  if (fs::equivalent(program, host, none)) return {file, State::ready, "", ""};
  return {file, State::another, "another Berth's: " + program.string(), ""};
}

Result<void> write_manifest(const Browser& browser, Scope scope,
                            const fs::path& file, const fs::path& host) {
  if (!is_utf8(host.string()))
    return Error{Errc::invalid, "not UTF-8: " + visible(host.string()),
                 "move Berth to a path that JSON can hold"};
  const bool for_all = scope == Scope::system;
  auto made = make_directories(file.parent_path(), for_all ? 0755 : 0700);
  if (!made) return made;
  auto written = replace_file(file, manifest_text(browser, host));
  if (!written) return written;
  if (for_all && ::chmod(file.c_str(), 0644) != 0)
    return errno_error(errno, "chmod " + file.string());
  return {};
}

Result<bool> remove_manifest(const fs::path& file) {
  const auto text = read_file(file, kMaxManifestBytes);
  if (!text && text.error().code == Errc::not_found) return false;
  if (!text) return text.error();
  const auto manifest = json::parse(*text, nullptr, false);
  if (!manifest.is_object() || !manifest.contains("name") ||
      manifest["name"] != native_host::kHostName)
    return Error{
        Errc::invalid, "no manifest of Berth: " + file.string(),
        "look at it, and remove it if it is of no use: rm " + file.string()};
  if (::unlink(file.c_str()) != 0)
    return errno_error(errno, "remove " + file.string());
  return true;
}

}  // namespace berth::launcher
