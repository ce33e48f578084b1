// The machine that tests/with_mdns makes, with its avahi-daemon.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "registry/base/process.h"
#include "tests/registry/mdns/support/link.h"

namespace berth::test {
namespace {

using namespace std::chrono_literals;

// A child with nothing to say.
pid_t spawn(std::vector<std::string> argv) {
  std::vector<char*> pointers;
  for (auto& text : argv) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t pid = -1;
  const int failed = ::posix_spawnp(&pid, pointers[0], &actions, nullptr,
                                    pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + argv[0]);
  return pid;
}

class DaemonLink : public Link {
 public:
  DaemonLink() {
    const char* run = std::getenv("MDNS_RUN");
    if (run == nullptr)
      throw std::runtime_error("run this program by tests/with_mdns");
    pid_file_ = std::string(run) + "/avahi.pid";
  }
  DaemonLink(const DaemonLink&) = delete;
  DaemonLink& operator=(const DaemonLink&) = delete;
  ~DaemonLink() override {
    if (stopped_) start();
    for (const pid_t pid : forgers_) {
      ::kill(pid, SIGTERM);
      ::waitpid(pid, nullptr, 0);
    }
  }

  std::unique_ptr<mdns::Mdns> make_mdns() override {
    return make_backend(io.get_executor(), timers_);
  }

  void stop() override {
    pid_t pid = 0;
    std::ifstream(pid_file_) >> pid;
    const auto daemon = ProcessHandle::open(pid).value();
    daemon.signal(SIGTERM).value();
    if (!daemon.wait(20s)) throw std::runtime_error("avahi-daemon stays");
    stopped_ = true;
  }

  void start() override {
    int status = 0;
    ::waitpid(spawn({BERTH_SOURCE_DIR "/tests/with_mdns", "--start-avahi"}),
              &status, 0);
    if (status != 0) throw std::runtime_error("avahi-daemon does not start");
    stopped_ = false;
  }

  void forge(const std::string& name, std::uint16_t port,
             const mdns::Txt& txt) override {
    std::vector<std::string> argv{"avahi-publish",
                                  "--service",
                                  "--no-fail",
                                  name,
                                  std::string(mdns::kServiceType),
                                  std::to_string(port)};
    for (const auto& entry : txt) argv.emplace_back(entry.begin(), entry.end());
    forgers_.push_back(spawn(argv));
  }

 private:
  AsioTimers timers_{io.get_executor()};
  std::string pid_file_;
  bool stopped_ = false;
  std::vector<pid_t> forgers_;
};

}  // namespace

std::unique_ptr<Link> make_link() { return std::make_unique<DaemonLink>(); }

}  // namespace berth::test
