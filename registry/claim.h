// The claim on a profile's data directory: two processes never open the same
// keys, whatever registry each was told to use. Taken before anything else of
// the profile is touched, held until exit. Blocking; any thread.
//
// It is two bytes of one file: the owner's, which is all that the format asks
// of a publisher, and the companion's, for who runs another program for the
// profile and leaves the owner's byte to it.
#pragma once

#include <filesystem>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth::registry {

class Claim {
 public:
  // The owner's part: all that who publishes a record of its own needs. Takes
  // the lock on the file (0600, made with its directory where missing, never
  // unlinked) without waiting. Errc::already_running: somebody has it.
  [[nodiscard]] static Result<Claim> take(const std::filesystem::path& file);
  // Both parts, for who is nobody's child: while a companion has its own, the
  // profile is being started, or runs.
  [[nodiscard]] static Result<Claim> take_whole(
      const std::filesystem::path& file);
  // The companion's part alone, as long as nobody has the other.
  [[nodiscard]] static Result<Claim> take_beside(
      const std::filesystem::path& file);

  // Whether somebody has it or a part of it; false also where there is no such
  // file. Takes nothing.
  [[nodiscard]] static Result<bool> is_taken(const std::filesystem::path& file);

  // Of one that was taken beside: whether the program has taken its part.
  [[nodiscard]] Result<bool> is_joined() const;
  // Takes that part too, for a program that knows nothing of claims.
  // Errc::already_running: somebody has it.
  [[nodiscard]] Result<void> complete();

 private:
  explicit Claim(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace berth::registry
