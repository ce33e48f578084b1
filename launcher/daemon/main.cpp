// berthd: one a user. Looks after the instances of this registry and serves
// the gateway. Started by `berth up`, `berth start` or a service manager; it
// may be killed at any moment, and what comes after it goes on.
#include <fcntl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "launcher/daemon/help.h"
#include "launcher/daemon/manager.h"
#include "registry/base/harden.h"
#include "registry/base/log.h"
#include "registry/base/log_file.h"
#include "registry/base/service_manager.h"
#include "registry/claim.h"
#include "registry/file_registry.h"
#include "registry/ready_pipe.h"

namespace {

using namespace berth;
using namespace berth::launcher;

const char* environment(const char* name) { return std::getenv(name); }

void notify(const std::string& state) {
  auto told = notify_service_manager(state);
  if (!told) log::warn(told.error().message);
}

// The lock that makes it the only one. Whoever finds it taken has nothing to
// do here.
Result<registry::Claim> claim(const Paths& paths) {
  auto taken = registry::Claim::take_whole(paths.claim_of(kManagerName));
  if (!taken && taken.error().code == Errc::already_running)
    return Error{Errc::already_running, "already running: berthd",
                 "berth down"};
  return taken;
}

class Program {
 public:
  Program(const Paths& paths, const Config& config,
          std::vector<UniqueFd> sockets)
      : registry_(paths.registry, io_.get_executor(), timers_),
        manager_(io_.get_executor(), timers_, registry_, paths, environment,
                 config, std::move(sockets),
                 [this](const Error& error) { end(error); }) {}

  int run(registry::ReadyPipe& ready) {
    watch_stop();
    watch_hangup();
    if (auto started = manager_.start(); !started) {
      log::error("not started: " + started.error().message);
      end({});
      io_.run();
      return ready.failed(started.error());
    }
    ready.ready(manager_.record());
    notify("READY=1");
    io_.run();
    return exit_code_;
  }

 private:
  void watch_stop() {
    stop_signals_.async_wait([this](boost::system::error_code error, int) {
      if (error) return;
      if (ending_) std::_Exit(exit_code_);  // asked a second time
      end({});
      watch_stop();
    });
  }

  void watch_hangup() {
    hangup_.async_wait([this](boost::system::error_code error, int) {
      if (error) return;
      auto reopened = log::reopen_file();
      if (!reopened) log::error(reopened.error().message);
      watch_hangup();
    });
  }

  // `error` says why it cannot go on; empty: it was asked to stop.
  void end(const Error& error) {
    if (std::exchange(ending_, true)) return;
    notify("STOPPING=1");
    if (!error.message.empty()) {
      log::error("stops: " + error.message);
      exit_code_ = 1;
    }
    asio::co_spawn(io_, manager_.stop(),
                   [this](const std::exception_ptr& failure) {
                     if (failure) std::rethrow_exception(failure);
                     log::info("stopped");
                     io_.stop();
                   });
  }

  asio::io_context io_{1};
  AsioTimers timers_{io_.get_executor()};
  registry::FileRegistry registry_;
  asio::signal_set stop_signals_{io_, SIGTERM, SIGINT};
  asio::signal_set hangup_{io_, SIGHUP};
  Manager manager_;
  bool ending_ = false;
  int exit_code_ = 0;
};

int run() {
  registry::ReadyPipe ready;
  auto sockets = take_listen_sockets();
  auto paths = find_paths();
  if (!paths) return ready.failed(paths.error());
  auto config = load_config(*paths, environment);
  if (!config) return ready.failed(config.error());
  const auto claimed = claim(*paths);
  if (!claimed) return ready.failed(claimed.error());
  log::set_level(config->log_level.value);
  // Else stderr is the journal's, systemd.exec(5).
  if (environment("JOURNAL_STREAM") == nullptr)
    log::set_file(paths->log_file(kManagerName));
  Program program(*paths, *config, std::move(sockets));
  return program.run(ready);
}

}  // namespace

int main(int argc, char** argv) {
  harden_process();
  const std::string_view option = argc > 1 ? argv[1] : "";
  if (option == "--help" || option == "-h") {
    std::fputs(kHelp, stdout);
    return 0;
  }
  if (option == "--version") {
    std::puts("berthd " BERTH_VERSION);
    return 0;
  }
  if (!option.empty()) {
    std::fprintf(stderr, "berthd: unknown option: %s\n", argv[1]);
    return 2;
  }
  return run();
}
