// Runs the test program `owner` (owner.cpp).
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "registry/base/unique_fd.h"

namespace berth::test {

class OwnerProcess {
 public:
  using Words = std::vector<std::string>;

  // `environment`: NAME=VALUE, beside what this process has.
  explicit OwnerProcess(Words words, Words environment = {}) {
    words.insert(words.begin(), BERTH_TEST_OWNER);
    int in[2];
    int out[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0)
      throw std::runtime_error("pipe");
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::vector<char*> env;
    for (auto& setting : environment) env.push_back(setting.data());
    for (char** setting = environ; *setting; ++setting) env.push_back(*setting);
    env.push_back(nullptr);
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_adddup2(&files, in[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&files, out[1], STDOUT_FILENO);
    const int err =
        ::posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), env.data());
    ::posix_spawn_file_actions_destroy(&files);
    ::close(in[0]);
    ::close(out[1]);
    in_.reset(in[1]);
    out_.reset(out[0]);
    if (err != 0) throw std::runtime_error("cannot start " + words[0]);
  }
  // An owner that is to be ready.
  OwnerProcess(const std::filesystem::path& directory, const std::string& name,
               int port = 8766)
      : OwnerProcess(Words{directory.string(), name, std::to_string(port)}) {
    if (const auto said = line(); said != "ready")
      throw std::runtime_error("owner said: " + said);
  }
  OwnerProcess(const OwnerProcess&) = delete;
  OwnerProcess& operator=(const OwnerProcess&) = delete;
  ~OwnerProcess() {
    if (pid_ > 0) kill_hard();
  }

  [[nodiscard]] pid_t pid() const { return pid_; }

  // The next line it prints; "" at its end or when nothing comes for 10 s.
  std::string line() {
    for (;;) {
      if (const auto end = buffer_.find('\n'); end != std::string::npos) {
        std::string text = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        return text;
      }
      pollfd item{out_.get(), POLLIN, 0};
      char chunk[4096];
      if (::poll(&item, 1, 10000) <= 0) return "";
      const ssize_t got = ::read(out_.get(), chunk, sizeof chunk);
      if (got <= 0) return "";
      buffer_.append(chunk, static_cast<std::size_t>(got));
    }
  }

  // What it printed by now.
  std::vector<std::string> lines_so_far() {
    std::vector<std::string> lines;
    pollfd item{out_.get(), POLLIN, 0};
    while (buffer_.find('\n') != std::string::npos ||
           (::poll(&item, 1, 0) > 0 && (item.revents & POLLIN) != 0))
      lines.push_back(line());
    return lines;
  }

  std::string ask(const std::string& command) {
    const std::string text = command + "\n";
    if (::write(in_.get(), text.data(), text.size()) < 0) return "";
    return line();
  }

  void signal(int number) const { ::kill(pid_, number); }

  // Ends it without a chance to clean up, and waits until it is gone.
  void kill_hard() {
    signal(SIGKILL);
    (void)wait();
  }
  // Ends it in order; its exit status.
  int finish() {
    in_.reset();
    return wait();
  }

 private:
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    return status;
  }

  pid_t pid_ = 0;
  UniqueFd in_;
  UniqueFd out_;
  std::string buffer_;
};

}  // namespace berth::test
