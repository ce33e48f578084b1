#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "launcher/config.h"
#include "launcher/doctor.h"
#include "launcher/manager_record.h"
#include "launcher/profile_store.h"
#include "registry/base/text.h"
#include "registry/claim.h"
#include "registry/directory.h"
#include "registry/record_reader.h"

namespace berth::launcher {
namespace {

namespace fs = std::filesystem;
using Level = Finding::Level;
using registry::Liveness;

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", mode & 07777);
  return text;
}

Finding judge(const std::string& check, const fs::path& path, bool directory) {
  Finding finding{Level::problem, check, path.string(), "", ""};
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    finding.message = std::strerror(errno);
    finding.level = errno == ENOENT ? Level::ok : Level::problem;
    if (errno == ENOENT) finding.message = "not made yet";
    return finding;
  }
  // A directory may be a link to where there is room; a file may not.
  if (directory && S_ISLNK(info.st_mode)) ::stat(path.c_str(), &info);
  const mode_t wanted = directory ? 0700 : 0600;
  if (directory ? !S_ISDIR(info.st_mode) : !S_ISREG(info.st_mode)) {
    finding.message = directory ? "is no directory" : "is no regular file";
    finding.fix = "move it away";
  } else if (info.st_uid != ::geteuid()) {
    finding.message = "belongs to another user";
    finding.fix = "move it away, or chown it";
  } else if ((info.st_mode & 077) != 0) {
    finding.message =
        "mode is " + octal(info.st_mode) + ": others can get at it";
    finding.fix = "chmod " + octal(wanted).substr(1) + " " + path.string();
  } else {
    finding.level = Level::ok;
    finding.message = "private";
  }
  return finding;
}

void add_profile(const Paths& paths, const std::string& name,
                 Findings& findings) {
  const fs::path file = paths.profile_file(name);
  Finding finding = judge("profile", file, false);
  auto profile = ProfileStore(paths).load(name);
  if (finding.level == Level::ok) finding.message = "good";
  if (finding.level == Level::ok && !profile)
    finding = {Level::problem, "profile", file.string(),
               profile.error().error.message, profile.error().error.hint};
  findings.push_back(std::move(finding));
  auto taken = registry::Claim::is_taken(paths.claim_of(name));
  auto entry = registry::read_record(paths.registry, name);
  const bool alive = entry && entry->liveness == Liveness::alive;
  if (taken && *taken && !alive)
    findings.push_back({Level::note, "claim", name,
                        "claimed without a record: it starts or stops",
                        "if it stays so, see: berth logs " + name});
}

Finding judge_entry(const Paths& paths, const registry::Entry& entry) {
  const std::string path = (paths.registry / (entry.name + ".json")).string();
  Finding finding{Level::problem, "record", path, entry.problem, ""};
  const bool newer = entry.problem.find("newer than") != std::string::npos;
  if (entry.liveness == Liveness::dead) {
    finding.message = entry.record ? "crashed" : "dead, " + entry.problem;
    finding.fix = entry.name == kManagerName
                      ? "berth up"
                      : "berth start " + entry.name + ", or berth prune";
  } else if (entry.liveness == Liveness::unknown) {
    finding.fix = "look at it, and remove it if it is of no use: rm " + path;
  } else if (newer) {
    finding.fix = "update Berth";
  } else if (!entry.problem.empty()) {
    finding.fix = "its program publishes no good record: update or stop it";
  } else {
    finding.level = Level::ok;
    finding.message = to_string(entry.liveness);
  }
  return finding;
}

// Files that no reader takes for a record.
void add_strays(const Paths& paths, Findings& findings) {
  std::error_code none;  // unreadable: told by the directory's own check
  for (const auto& item : fs::directory_iterator(paths.registry, none)) {
    const std::string file = item.path().filename().string();
    const bool temporary = file.starts_with('.') && file.ends_with(".tmp");
    if (temporary) {
      findings.push_back({Level::note, "unfinished record",
                          visible(item.path().string()),
                          "being written, or left behind by a kill",
                          "berth prune removes what was left behind"});
      continue;
    }
    const bool record =
        file.ends_with(".json") && !file.starts_with('.') &&
        registry::is_record_name(file.substr(0, file.size() - 5));
    if (!record)
      findings.push_back(
          {Level::problem, "stray file", visible(item.path().string()),
           "is no record, and does not belong here", "move it away"});
  }
}

}  // namespace

void examine_directories(const Paths& paths, Findings& findings) {
  const std::pair<const char*, fs::path> all[] = {
      {"config directory", paths.config},
      {"data directory", paths.data},
      {"state directory", paths.state}};
  for (const auto& [check, path] : all)
    findings.push_back(judge(check, path, true));
  auto opened = registry::open_directory(paths.registry);
  Finding finding{Level::ok, "registry directory", paths.registry.string(),
                  "private and local, from " + paths.registry_source, ""};
  if (!opened && opened.error().code == Errc::not_found)
    finding.message = "not made yet, from " + paths.registry_source;
  else if (!opened)
    finding = {Level::problem, finding.check, finding.subject,
               opened.error().message, opened.error().hint};
  findings.push_back(std::move(finding));
}

void examine_config(const Paths& paths, const Environment& environment,
                    Findings& findings) {
  const Finding file = judge("config", paths.config_file(), false);
  if (file.level == Level::problem) findings.push_back(file);
  auto config = load_config(paths, environment);
  if (!config) {
    findings.push_back({Level::problem, "config", paths.config_file().string(),
                        config.error().message, config.error().hint});
    return;
  }
  for (const auto& line : config->lines())
    findings.push_back({Level::ok, "setting", line.key,
                        visible(line.value) + ", from " + line.source, ""});
  if (config->peer_check.value == "off")
    findings.push_back(
        {Level::note, "protection", "peer_check",
         "off: programs of other users reach the instances and berthd",
         "turn it on where the kernel can answer (sock_diag, below)"});
}

void examine_profiles(const Paths& paths, Findings& findings) {
  auto names = ProfileStore(paths).names();
  if (!names) {
    findings.push_back({Level::problem, "profiles", paths.config.string(),
                        names.error().message, names.error().hint});
    return;
  }
  for (const auto& name : *names) add_profile(paths, name, findings);
  std::error_code none;  // no directory: no profiles
  const auto directory = paths.profile_file("x").parent_path();
  for (const auto& item : fs::directory_iterator(directory, none)) {
    const std::string file = item.path().filename().string();
    const bool profile = file.ends_with(".json") &&
                         is_profile_name(file.substr(0, file.size() - 5));
    if (!profile)
      findings.push_back({Level::problem, "stray file",
                          visible(item.path().string()),
                          "is no profile: " + std::string(kProfileNameRule),
                          "move it away, or rename it to NAME.json"});
  }
}

void examine_registry(const Paths& paths, Findings& findings) {
  auto entries = registry::read_records(paths.registry);
  if (!entries) return;  // told by the directory's own check
  for (const auto& entry : *entries)
    findings.push_back(judge_entry(paths, entry));
  add_strays(paths, findings);
}

}  // namespace berth::launcher
