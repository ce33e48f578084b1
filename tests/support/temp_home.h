// A BERTH_HOME of its own for one test, private and removed at the end.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "registry/paths.h"

namespace berth::test {

class TempHome {
 public:
  TempHome() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "berth-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw std::runtime_error("no temporary directory");
    root_ = pattern;
  }
  TempHome(const TempHome&) = delete;
  TempHome& operator=(const TempHome&) = delete;
  ~TempHome() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  [[nodiscard]] Paths paths() const {
    const std::string root = root_.string();
    return find_paths([&root](const char* name) -> const char* {
             return std::string(name) == "BERTH_HOME" ? root.c_str() : nullptr;
           })
        .value();
  }

 private:
  std::filesystem::path root_;
};

}  // namespace berth::test
