#include "launcher/profile_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "registry/base/files.h"
#include "registry/base/random.h"
#include "registry/base/text.h"
#include "registry/claim.h"
#include "registry/record_publisher.h"
#include "registry/record_reader.h"

namespace berth::launcher {
namespace {

namespace fs = std::filesystem;
using registry::Claim;

constexpr std::string_view kSuffix = ".json";
// How long others may be busy with a record that is to be reaped.
constexpr auto kBusyLimit = std::chrono::seconds(2);

Failure no_profile(const std::string& name) {
  return {Exit::no_profile,
          {Errc::not_found, "no such profile: " + visible(name),
           "create it: berth profile create " + visible(name) +
               "; berth profile list shows all"}};
}

// Fails with Errc::already_running where the target exists.
Result<void> move_new(const fs::path& from, const fs::path& to) {
  if (::syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(),
                RENAME_NOREPLACE) == 0)
    return {};
  const int err = errno;
  if (err == EEXIST)
    return Error{Errc::failed, "is there already: " + to.string(),
                 "move it away, or choose another name"};
  return errno_error(err, "move " + from.string() + " to " + to.string());
}

Result<void> remove_file(const fs::path& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return errno_error(errno, "remove " + path.string());
}

// NAME.log and what rotation made of it: NAME.log.1, ...
std::vector<fs::path> logs_of(const Paths& paths, const std::string& name) {
  const fs::path log = paths.log_file(name);
  const std::string file = log.filename().string();
  std::vector<fs::path> found;
  std::error_code none;  // no directory: no logs
  for (const auto& item : fs::directory_iterator(log.parent_path(), none)) {
    const std::string other = item.path().filename().string();
    const bool rotated =
        other.starts_with(file + ".") &&
        other.find_first_not_of("0123456789", file.size() + 1) ==
            std::string::npos;
    if (other == file || rotated) found.push_back(item.path());
  }
  return found;
}

Outcome<Claim> claim(const Paths& paths, const std::string& name) {
  auto taken = Claim::take_whole(paths.claim_of(name));
  if (taken) return std::move(*taken);
  if (taken.error().code == Errc::already_running) return in_use(paths, name);
  return taken.error();
}

// A record of a crash names a profile that is about to go.
Result<void> reap(const Paths& paths, const std::string& name) {
  auto reaped = registry::reap_record(paths.registry, name, kBusyLimit);
  if (reaped || reaped.error().code == Errc::not_found) return {};
  return reaped.error();
}

// A data directory that holds nothing but the claim keeps nothing.
void remove_if_empty(const fs::path& data) {
  std::error_code error;
  for (const auto& item : fs::directory_iterator(data, error))
    if (item.path().filename() != "lock") return;
  if (!error) fs::remove_all(data, error);
}

}  // namespace

Failure in_use(const Paths& paths, const std::string& name) {
  auto entry = registry::read_record(paths.registry, name);
  if (!entry || entry->liveness != registry::Liveness::alive || !entry->record)
    return {Exit::already_running,
            {Errc::already_running, "starting or stopping: " + name,
             "wait for it: berth wait " + name}};
  const auto& record = *entry->record;
  return {Exit::already_running,
          {Errc::already_running,
           "already running: " + name + " (pid " + std::to_string(record.pid) +
               ", port " + std::to_string(record.endpoint.port) + ", since " +
               record.started_at + ")",
           "stop it first: berth stop " + name}};
}

Result<std::vector<std::string>> ProfileStore::names() const {
  std::vector<std::string> names;
  const fs::path directory = paths_.profile_file("x").parent_path();
  std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(directory.c_str()),
                                             ::closedir);
  if (!stream) {
    if (errno == ENOENT) return names;
    return errno_error(errno, "read profiles " + directory.string());
  }
  while (const dirent* item = ::readdir(stream.get())) {
    std::string_view file = item->d_name;
    if (!file.ends_with(kSuffix)) continue;
    file.remove_suffix(kSuffix.size());
    if (is_profile_name(file)) names.emplace_back(file);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool ProfileStore::exists(const std::string& name) const {
  return ::access(paths_.profile_file(name).c_str(), F_OK) == 0;
}

Outcome<Profile> ProfileStore::load(const std::string& name) const {
  const std::string path = paths_.profile_file(name).string();
  auto text = read_file(path, kMaxProfileBytes);
  if (!text) {
    if (text.error().code == Errc::not_found) return no_profile(name);
    return text.error();
  }
  auto profile = parse_profile(*text);
  if (profile) return std::move(*profile);
  return Error{
      Errc::failed, "broken profile (" + profile.error().message + "): " + path,
      "correct the file, or remove the profile: berth profile remove " + name};
}

Outcome<void> ProfileStore::create(const std::string& name, Profile profile) {
  profile.label = random_label();
  if (auto ok = check(profile); !ok) return Failure(Exit::usage, ok.error());
  const fs::path path = paths_.profile_file(name);
  if (auto made = make_private_directory(path.parent_path()); !made)
    return made.error();
  // Written whole under another name first: of two at the same moment one
  // wins, and no reader sees a part.
  const fs::path fresh =
      path.parent_path() / ("." + name + "." + random_label() + ".tmp");
  if (auto ok = replace_file(fresh, to_json(profile)); !ok) return ok.error();
  auto placed = move_new(fresh, path);
  if (placed) return {};
  ::unlink(fresh.c_str());
  return placed.error();
}

Outcome<void> ProfileStore::save(const std::string& name,
                                 const Profile& profile) {
  if (auto ok = check(profile); !ok) return Failure(Exit::usage, ok.error());
  if (auto ok = replace_file(paths_.profile_file(name), to_json(profile)); !ok)
    return ok.error();
  return {};
}

Outcome<void> ProfileStore::rename(const std::string& from,
                                   const std::string& to) {
  if (!exists(from)) return no_profile(from);
  auto held = claim(paths_, from);
  if (!held) return held.error();
  auto target = registry::read_record(paths_.registry, to);
  if (target && target->liveness == registry::Liveness::alive)
    return in_use(paths_, to);
  if (auto ok = reap(paths_, from); !ok) return ok.error();
  // The profile first: from here on nobody starts the old name, and who starts
  // the new one too early makes the second move fail, which undoes the first.
  auto profile = move_new(paths_.profile_file(from), paths_.profile_file(to));
  if (!profile) return profile.error();
  if (auto data = move_new(paths_.data_of(from), paths_.data_of(to)); !data) {
    auto undone = move_new(paths_.profile_file(to), paths_.profile_file(from));
    return undone ? data.error() : undone.error();
  }
  // What is lost when one of these fails is a habit or a log, never a key.
  if (::access(paths_.state_file(from).c_str(), F_OK) == 0 &&
      ::rename(paths_.state_file(from).c_str(), paths_.state_file(to).c_str()))
    return errno_error(errno, "move " + paths_.state_file(from).string());
  for (const auto& log : logs_of(paths_, from)) {
    const auto tail = log.filename().string().substr(from.size());
    if (::rename(log.c_str(), (log.parent_path() / (to + tail)).c_str()) != 0)
      return errno_error(errno, "move " + log.string());
  }
  if (default_name() == from)
    if (auto ok = set_default_name(to); !ok) return ok.error();
  return {};
}

Outcome<void> ProfileStore::remove(const std::string& name, bool with_data) {
  if (!exists(name)) return no_profile(name);
  auto held = claim(paths_, name);
  if (!held) return held.error();
  if (auto ok = reap(paths_, name); !ok) return ok.error();
  // The profile goes last: when something fails, the command can be repeated.
  std::error_code error;
  if (with_data) fs::remove_all(paths_.data_of(name), error);
  if (error)
    return Error{Errc::failed, "remove " + paths_.data_of(name).string() +
                                   ": " + error.message()};
  for (const auto& log : logs_of(paths_, name))
    if (auto ok = remove_file(log); !ok) return ok.error();
  if (auto ok = remove_file(paths_.state_file(name)); !ok) return ok.error();
  if (default_name() == name)
    if (auto ok = remove_file(default_file()); !ok) return ok.error();
  if (auto ok = remove_file(paths_.profile_file(name)); !ok) return ok.error();
  remove_if_empty(paths_.data_of(name));
  return {};
}

Outcome<void> ProfileStore::put_mnemonic(const std::string& name,
                                         const std::string& mnemonic) {
  auto held = claim(paths_, name);
  if (!held) return held.error();
  const fs::path path = paths_.data_of(name) / "mnemonic";
  if (::access(path.c_str(), F_OK) == 0)
    return Error{Errc::failed,
                 "has a mnemonic already, which stays: " + path.string(),
                 "leave --mnemonic-file out to use it, or move it away"};
  if (auto ok = replace_file(path, mnemonic); !ok) return ok.error();
  return {};
}

fs::path ProfileStore::default_file() const { return paths_.state / "default"; }

std::optional<std::string> ProfileStore::default_name() const {
  auto text = read_file(default_file(), 64);
  if (!text) return std::nullopt;
  text->erase(std::min(text->find('\n'), text->size()));
  if (!is_profile_name(*text)) return std::nullopt;
  return *text;
}

Result<void> ProfileStore::set_default_name(const std::string& name) {
  if (auto made = make_private_directory(paths_.state); !made) return made;
  return replace_file(default_file(), name + "\n");
}

}  // namespace berth::launcher
