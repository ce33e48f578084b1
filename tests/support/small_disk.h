// A small disk that only this process sees, as full as a test wants it.
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "registry/base/unique_fd.h"

namespace berth::test {

class SmallDisk {
 public:
  static constexpr std::uintmax_t kPage = 4096;

  // `options` of tmpfs, such as size=64k or nr_inodes=2 (the disk itself has
  // one). `path` is made.
  SmallDisk(const std::filesystem::path& path, const std::string& options)
      : path_(path) {
    std::filesystem::create_directory(path);
    mounted_ =
        ::unshare(CLONE_NEWNS) == 0 &&
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
        ::mount("small", path.c_str(), "tmpfs", 0,
                ("mode=0700," + options).c_str()) == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  // False: that takes root.
  [[nodiscard]] bool mounted() const { return mounted_; }

  // Fills it, by a file of its own, until so many pages are left.
  void leave(std::uintmax_t pages) const {
    const UniqueFd fd(
        ::open(filler().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    (void)::lseek(fd.get(), 0, SEEK_END);
    const std::string page(kPage, 'x');
    while (::write(fd.get(), page.data(), page.size()) > 0) {
    }
    const auto size = std::filesystem::file_size(filler());
    std::filesystem::resize_file(filler(), size - pages * kPage);
  }
  void fill() const { leave(0); }
  void empty() const { std::filesystem::remove(filler()); }

 private:
  [[nodiscard]] std::filesystem::path filler() const {
    return path_ / "filler";
  }

  std::filesystem::path path_;
  bool mounted_ = false;
};

}  // namespace berth::test
