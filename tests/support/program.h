// Runs a program as a child while the test's io_context goes on, so that the
// test can be what the program speaks to.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/io.h"

namespace berth::test {

struct ProgramEnd {
  int code = -1;  // 128 + signal where one killed it
  std::string out;
  std::string err;
};

// A pipe whose reading end is read to its end on `io`.
class Drain {
 public:
  explicit Drain(asio::io_context& io) : reader_(io) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
      throw std::runtime_error("no pipe");
    reader_.assign(ends[0]);
    writer_ = ends[1];
  }
  [[nodiscard]] int writer() const { return writer_; }
  void start() {
    ::close(writer_);
    asio::async_read(reader_, asio::dynamic_buffer(text_),
                     [this](const boost::system::error_code&, std::size_t) {
                       ended_ = true;
                     });
  }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  asio::posix::stream_descriptor reader_;
  int writer_ = -1;
  std::string text_;
  bool ended_ = false;
};

// `environment`: "NAME=value", all that the program gets.
inline ProgramEnd run_program(asio::io_context& io,
                              std::vector<std::string> argv,
                              std::vector<std::string> environment) {
  const auto pointers = [](std::vector<std::string>& strings) {
    std::vector<char*> all;
    for (auto& text : strings) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  };
  Drain out(io);
  Drain err(io);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, out.writer(), 1);
  ::posix_spawn_file_actions_adddup2(&actions, err.writer(), 2);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  pid_t pid = -1;
  const int failed =
      ::posix_spawn(&pid, argv[0].c_str(), &actions, nullptr,
                    pointers(argv).data(), pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + argv[0]);
  out.start();
  err.start();
  run_until(io, [&] { return out.ended() && err.ended(); });
  int status = 0;
  ::waitpid(pid, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          out.text(), err.text()};
}

}  // namespace berth::test
