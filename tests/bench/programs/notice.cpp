// How soon a watcher of the registry is told. Prints a line for each: what
// happened, and microseconds from the call of its owner (publish, change,
// withdraw) or from kill() until the callback.
// Usage: bench-notice DIRECTORY ROUNDS lives OWNER
//        bench-notice DIRECTORY ROUNDS crowd OWNER COUNT     killed at once
//        bench-notice DIRECTORY ROUNDS program FILE [WORD...]
// OWNER: a bench-notice-owner. FILE: what publishes there under the name "one".
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <csignal>
#include <cstring>
#include <map>
#include <string_view>

#include "notice_owner.h"
#include "registry/file_registry.h"

namespace {

using namespace berth;
using namespace std::chrono_literals;
using registry::Event;
using What = registry::Event::What;

// What is not known by then was missed.
constexpr auto kMissed = 10s;
// After it has published, until the rest of a program's start is done, and
// until it has given back the memory that this took.
constexpr auto kStarted = 50ms;
constexpr auto kIdle = 2500ms;

class Bench {
 public:
  explicit Bench(const char* directory) : directory_(directory) {
    watch_ =
        registry_.watch([this](const Event& event) { told(event); }).value();
  }

  void one_life(const char* program) {
    const auto owner = notice_start(program, directory_, "one");
    print("publish", act(owner, 'p', What::added));
    print("change", act(owner, 'c', What::changed));
    print("stop", act(owner, 'w', What::removed));
    act(owner, 'p', What::added);
    rest();
    print("kill", end(owner.pid, SIGKILL, What::crashed));
    notice_end(owner);
    bury("one");
  }

  void one_program(char** words) {
    const pid_t asked = start_program(words, kStarted);
    print("stop", end(asked, SIGTERM, What::removed));
    ::waitpid(asked, nullptr, 0);
    const pid_t killed = start_program(words, kIdle);
    print("kill", end(killed, SIGKILL, What::crashed));
    ::waitpid(killed, nullptr, 0);
    bury("one");
  }

  // Until the last of them is known, from the first kill.
  void many_deaths(const char* program, std::size_t count) {
    std::map<std::string, notice_owner> owners;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name = "m" + std::to_string(i);
      const auto owner = notice_start(program, directory_, name.c_str());
      notice_tell(owner, 'p');
      notice_moment(owner);
      owners[name] = owner;
    }
    until(What::added, count);
    rest();
    const auto began = notice_now();
    for (const auto& [name, owner] : owners) ::kill(owner.pid, SIGKILL);
    print("kill", until(What::crashed, count) - began);
    for (const auto& [name, owner] : owners) notice_end(owner);
    for (const auto& [name, owner] : owners) bury(name);
  }

 private:
  struct Seen {
    std::size_t count = 0;
    std::int64_t last = 0;
  };

  void told(const Event& event) {
    auto& seen = seen_[event.what];
    ++seen.count;
    seen.last = notice_now();
  }

  // As a watcher is that has nothing to do.
  void rest() {
    io_.restart();
    io_.poll();
  }

  std::int64_t act(notice_owner owner, char command, What what) {
    rest();
    notice_tell(owner, command);
    const auto known = until(what, 1);
    return known - notice_moment(owner);
  }

  pid_t start_program(char** words, std::chrono::milliseconds rest) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    const pid_t pid = notice_spawn(words, &actions);
    posix_spawn_file_actions_destroy(&actions);
    until(What::added, 1);
    io_.restart();
    io_.run_for(rest);
    return pid;
  }

  std::int64_t end(pid_t pid, int signal, What what) {
    const auto began = notice_now();
    ::kill(pid, signal);
    return until(what, 1) - began;
  }

  // Goes on until `count` of these were told; when the last one was.
  std::int64_t until(What what, std::size_t count) {
    const auto end = std::chrono::steady_clock::now() + kMissed;
    while (seen_[what].count < count) {
      io_.restart();
      if (io_.run_one_until(end) > 0) continue;
      std::fprintf(stderr, "missed: %s\n", registry::to_string(what));
      std::exit(1);
    }
    return std::exchange(seen_[what], {}).last;
  }

  void bury(const std::string& name) {
    (void)registry_.reap(name);
    until(What::removed, 1);
  }

  static void print(const char* what, std::int64_t nanoseconds) {
    std::printf("%s %.1f\n", what, static_cast<double>(nanoseconds) / 1000);
  }

  const char* directory_;
  boost::asio::io_context io_{1};
  AsioTimers timers_{io_.get_executor()};
  registry::FileRegistry registry_{directory_, io_.get_executor(), timers_};
  std::unique_ptr<registry::Watch> watch_;
  std::map<What, Seen> seen_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const std::string_view mode = argv[3];
  Bench bench(argv[1]);
  for (int round = 0; round < std::atoi(argv[2]); ++round) {
    if (mode == "lives")
      bench.one_life(argv[4]);
    else if (mode == "crowd" && argc == 6)
      bench.many_deaths(argv[4], static_cast<std::size_t>(std::atoi(argv[5])));
    else if (mode == "program")
      bench.one_program(argv + 4);
    else
      return 2;
  }
}
