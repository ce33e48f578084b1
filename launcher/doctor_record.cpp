#include "launcher/doctor_record.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "registry/base/files.h"
#include "registry/base/text.h"
#include "registry/directory.h"
#include "registry/lock_file.h"
#include "registry/record_reader.h"

namespace berth::launcher {
namespace {

namespace fs = std::filesystem;
using Level = Finding::Level;

const char* kind_of(mode_t mode) {
  if (S_ISREG(mode)) return "a regular file";
  if (S_ISLNK(mode)) return "a symbolic link";
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", mode & 07777);
  return text;
}

// How the file itself is; false where it cannot be opened as a record.
bool examine_file(const fs::path& path, const struct stat& info,
                  Findings& findings) {
  const std::string subject = path.string();
  const auto wrong = [&](std::string message, const std::string& to_do) {
    add_problem(findings, "file", subject, std::move(message), to_do,
                "The directory");
  };
  if (!S_ISREG(info.st_mode)) {
    wrong(std::string("is ") + kind_of(info.st_mode) + ", not a regular file",
          "move it away, and publish by renameat2()");
    return false;
  }
  const std::size_t before = findings.size();
  if (info.st_uid != ::geteuid())
    wrong("belongs to uid " + std::to_string(info.st_uid),
          "publish as the user whose registry it is");
  if ((info.st_mode & 07777) != 0600)
    wrong("mode is " + octal(info.st_mode) + ", not 0600",
          "fchmod() the temporary to 0600 before anything is written to it");
  if (info.st_nlink > 1)
    wrong("has " + std::to_string(info.st_nlink) + " links, not one",
          "publish by renameat2(RENAME_NOREPLACE), not by link()");
  if (static_cast<std::uint64_t>(info.st_size) > registry::kMaxRecordBytes)
    wrong("is " + std::to_string(info.st_size) + " bytes, over " +
              std::to_string(registry::kMaxRecordBytes),
          "shorten its icon or extra");
  if (findings.size() == before)
    findings.push_back(
        {Level::ok, "file", subject, "regular, private, one link", ""});
  return true;
}

// Temporaries of this name, which hold a token when their writer was killed.
void examine_temporaries(int directory, const fs::path& path,
                         const std::string& name, Findings& findings) {
  auto files = registry::file_names(directory, path);
  if (!files) return;  // told by the directory's own check
  for (const auto& file : *files) {
    if (!file.starts_with("." + name + ".") || !file.ends_with(".tmp"))
      continue;
    const UniqueFd fd(::openat(directory, file.c_str(),
                               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    const auto locked =
        registry::is_locked(fd.get(), registry::kOwnerByte, file);
    const bool busy = fd && locked && *locked;
    findings.push_back(
        {Level::note, "temporary", visible((path / file).string()),
         busy ? "is being written"
              : "was left behind: by a kill, or by a failure that did not "
                "unlink it",
         busy ? ""
              : "unlink it on any failure (registry/README.md, "
                "\"Publishing\"); berth prune removes it"});
  }
}

// The verdict of every reader, and a net below all the checks above.
void add_verdict(const fs::path& directory, const std::string& name,
                 Findings& findings) {
  const auto entry = registry::read_record(directory, name);
  if (!entry) {
    add_problem(findings, "readers", name, entry.error().message,
                "publish it, and keep it published", "Publishing");
    return;
  }
  const std::string verdict = to_string(entry->liveness);
  const bool good = entry->problem.empty();
  findings.push_back({good ? Level::ok : Level::problem, "readers", name,
                      good ? "take it as " + verdict
                           : "take it as " + verdict + ": " + entry->problem,
                      good ? "" : "see above"});
}

void examine_published(const Paths& paths, int directory,
                       const std::string& name, const struct stat& info,
                       Findings& findings) {
  const std::string file = name + ".json";
  const fs::path path = paths.registry / file;
  if (!examine_file(path, info, findings)) return;
  const UniqueFd fd(::openat(directory, file.c_str(),
                             O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  auto text = read_all(fd.get(), registry::kMaxRecordBytes, path.string());
  std::optional<registry::Record> record;
  if (text)
    record = examine_content(*text, name, findings);
  else if (static_cast<std::uint64_t>(info.st_size) <=
           registry::kMaxRecordBytes)  // else told by the file's own check
    add_problem(findings, "file", path.string(), text.error().message,
                "let its owner read it", "Reading");
  examine_locks(path, info, findings);
  const auto alive =
      registry::is_locked(fd.get(), registry::kOwnerByte, path.string());
  if (record) examine_owner(paths, *record, alive && *alive, findings);
}

}  // namespace

void add_problem(Findings& findings, std::string check, std::string subject,
                 std::string message, const std::string& to_do,
                 const std::string& section) {
  findings.push_back({Level::problem, std::move(check), std::move(subject),
                      std::move(message),
                      to_do + " (registry/README.md, \"" + section + "\")"});
}

Findings examine_record(const Paths& paths, const std::string& name) {
  Findings findings;
  auto directory = registry::open_directory(paths.registry);
  if (!directory) {
    add_problem(findings, "registry directory", paths.registry.string(),
                directory.error().message, directory.error().hint,
                "The directory");
    return findings;
  }
  struct stat info {};
  const std::string file = name + ".json";
  if (::fstatat(directory->get(), file.c_str(), &info, AT_SYMLINK_NOFOLLOW) ==
      0)
    examine_published(paths, directory->get(), name, info, findings);
  else
    add_problem(findings, "file", (paths.registry / file).string(),
                std::strerror(errno),
                "publish the record by renaming its temporary to this name, in "
                "the directory that BERTH_REGISTRY names",
                "Publishing");
  examine_temporaries(directory->get(), paths.registry, name, findings);
  add_verdict(paths.registry, name, findings);
  return findings;
}

}  // namespace berth::launcher
