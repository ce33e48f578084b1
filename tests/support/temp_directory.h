// A directory that is gone when the test is over.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace berth::test {

struct TempDirectory {
  TempDirectory() {
    if (!::mkdtemp(path.data())) throw std::runtime_error("mkdtemp " + path);
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  ~TempDirectory() { std::filesystem::remove_all(path); }

  std::string path = std::filesystem::temp_directory_path() / "berth-XXXXXX";
};

}  // namespace berth::test
