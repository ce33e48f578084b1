// Another wall clock for a process (libfaketime): only that. Monotonic time and
// the times of files stay what they are, as when somebody sets the clock.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace berth::test {

class WallClock {
 public:
  // `by`: "+10y", "-10y".
  explicit WallClock(const std::string& by) { set(by); }

  // Steps it, also for those that run.
  void set(const std::string& by) const {
    write_text(home_ / "next", by);
    std::filesystem::rename(home_ / "next", home_ / "now");
  }

  // For a process that is to have it.
  [[nodiscard]] std::vector<std::string> environment() const {
    const char* given = std::getenv("ASAN_OPTIONS");
    return {"LD_PRELOAD=" + library(),
            "FAKETIME_TIMESTAMP_FILE=" + (home_ / "now").string(),
            "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1",
            "NO_FAKE_STAT=1",
            // ASan wants to be first.
            std::string("ASAN_OPTIONS=") + (given ? given : "") +
                ":verify_asan_link_order=0"};
  }

  // "": not installed.
  static std::string library() {
    std::error_code none;
    for (const auto& folder : std::filesystem::directory_iterator("/usr/lib")) {
      const auto file = folder.path() / "faketime/libfaketime.so.1";
      if (std::filesystem::exists(file, none)) return file;
    }
    return "";
  }

 private:
  TempDir home_;
};

}  // namespace berth::test
