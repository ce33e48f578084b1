// Puts one record into a registry directory and takes it out again, so that
// readers at every moment see either no record or a whole one under lock.
// Blocking; one thread an object.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"
#include "registry/record.h"

namespace berth::registry {

// An open, locked file, and how it was when its owner had written it.
struct WrittenFile {
  UniqueFd fd;
  struct stat info {};
};

// A published record: its open, locked file. Destroying it without withdraw()
// leaves the file behind unlocked, which reads as a crash.
class PublishedFile {
 public:
  // Publishes `record`. A dead record of that name is taken over. Waits at
  // most `limit` while others are busy with the name (Errc::timed_out).
  // Errc::already_running: a live owner has the name, the message says who.
  // Errc::denied: what stands there is not ours to judge or replace.
  // Errc::no_space, or any other failure, leaves nothing behind.
  [[nodiscard]] static Result<PublishedFile> publish(
      const std::filesystem::path& directory, const Record& record,
      std::chrono::milliseconds limit);

  // Replaces the published record by `record` (of the same name) in one step.
  // On failure the old one stays published.
  [[nodiscard]] Result<void> change(const Record& record);

  // Takes the record out. Only ever the own one: where another file has the
  // name, that one stays.
  [[nodiscard]] Result<void> withdraw();

  // Whether the name still leads to this file, private, with one link, and as
  // it was written.
  enum class Standing { good, replaced_or_gone, opened_up, written_to };
  [[nodiscard]] Standing standing() const;

  // For a watch on the file itself. Never duplicate it.
  [[nodiscard]] int fd() const { return file_.fd.get(); }

 private:
  PublishedFile(std::filesystem::path directory, std::string name,
                WrittenFile file);

  std::filesystem::path directory_;
  std::string name_;
  WrittenFile file_;
};

// Removes the record of `name` if it is dead: true. False: there was none, or
// it is alive by now. Errc::denied: it cannot be judged; it stays.
[[nodiscard]] Result<bool> reap_record(const std::filesystem::path& directory,
                                       const std::string& name,
                                       std::chrono::milliseconds limit);

// Removes temporaries that a publisher left behind when it was killed (they
// hold a token); returns how many. Those being written are locked and stay.
[[nodiscard]] Result<int> remove_leftovers(
    const std::filesystem::path& directory);

}  // namespace berth::registry
