// The claim on a profile's data directory: two processes never open the same
// keys, whatever registry each was told to use. Taken before anything else of
// the profile is touched, held until exit. Blocking; any thread.
#pragma once

#include <filesystem>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth::registry {

class Claim {
 public:
  // Takes the lock on the file (0600, made with its directory where missing,
  // never unlinked) without waiting. Errc::already_running: somebody has it.
  [[nodiscard]] static Result<Claim> take(const std::filesystem::path& file);

  // Whether somebody has it; false also where there is no such file. Takes
  // nothing.
  [[nodiscard]] static Result<bool> is_taken(const std::filesystem::path& file);

 private:
  explicit Claim(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace berth::registry
