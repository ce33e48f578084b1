// berth-instance: runs one profile, as the launcher's process contract says.
// Settings come on descriptor 3, the outcome of the start goes to 4.
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>

#include "registry/base/files.h"
#include "registry/base/harden.h"
#include "registry/base/log.h"
#include "registry/base/log_file.h"
#include "registry/base/service_manager.h"
#include "registry/file_registry.h"
#include "registry/profile_state.h"
#include "registry/ready_pipe.h"
#include "server/help.h"
#include "server/instance.h"
#include "server/startup.h"
#include "server/wallet_factory.h"
#include "server/wallets/bip39.h"

namespace {

using namespace berth;
using namespace berth::server;

constexpr int kSettingsFd = 3;
constexpr std::size_t kMaxSettingsBytes = 1 << 20;

int check_mnemonic() {
  auto text = read_all(STDIN_FILENO, 1024, "mnemonic");
  auto checked =
      text ? parse_mnemonic(*text) : Result<SecretText>(text.error());
  if (checked) return 0;
  std::fprintf(stderr, "%s\n", checked.error().message.c_str());
  return 1;
}

void reopen_log() {
  auto reopened = log::reopen_file();
  reopened ? log::info("log reopened") : log::error(reopened.error().message);
}

void notify(const std::string& state) {
  auto told = notify_service_manager(state);
  if (!told) log::warn(told.error().message);
}

class Program {
 public:
  explicit Program(Settings settings) : settings_(std::move(settings)) {}

  int run(registry::ReadyPipe& ready) {
    if (auto started = start(); !started) {
      log::error("not started: " + started.error().message);
      end({});
      io_.run();
      return ready.failed(started.error());
    }
    const auto& record = instance_->record();
    log::info(record.name + " listens on " + record.endpoint.host + ":" +
              std::to_string(record.endpoint.port));
    ready.ready(record);
    instance_->publish_mdns();
    notify("READY=1\nMAINPID=" + std::to_string(record.pid));
    io_.run();
    return exit_code_;
  }

 private:
  Result<void> start() {
    auto claim = wait_for_claim(settings_);
    if (!claim) return claim.error();
    claim_.emplace(std::move(*claim));
    state_ = registry::read_profile_state(settings_.state_file);
    settings_.port.last = state_.last_port;
    const auto by = settings_.started_by;
    if (by == registry::StartedBy::berthd && is_stopped_by_user(state_))
      return Error{Errc::failed, "was stopped meanwhile: " + settings_.name,
                   "berth start " + settings_.name};
    // Before anything takes time: it tells `starting` from `stopping`, and a
    // start that fails counts as one.
    note_start(state_, by, timers_.now());
    remember();
    auto port = bind_port(settings_.port, [this](std::uint16_t number) {
      return port_holder(settings_.registry, number);
    });
    if (!port) return port.error();
    auto wallet = make_wallet(settings_, io_.get_executor(), timers_);
    if (!wallet) return wallet.error();
    watch_stop();
    watch_hangup();
    instance_.emplace(io_.get_executor(), timers_, registry_, *mdns_, settings_,
                      std::move(*wallet),
                      [this](const Error& error) { end(error); });
    const std::uint16_t number = port->port;
    if (auto ok = instance_->start(std::move(*port)); !ok) return ok;
    started_ = true;
    state_.last_port = number;
    remember();
    return {};
  }

  // A state that cannot be written costs a habit, not the start.
  void remember() {
    auto written = registry::write_profile_state(settings_.state_file, state_);
    if (!written) log::error(written.error().message);
  }

  void watch_stop() {
    stop_signals_.async_wait([this](boost::system::error_code error, int) {
      if (error) return;
      if (ending_) {
        log::warn("stopped at once: asked a second time");
        instance_->withdraw();
        std::_Exit(exit_code_);
      }
      end({});
      watch_stop();
    });
  }

  void watch_hangup() {
    hangup_.async_wait([this](boost::system::error_code error, int) {
      if (error) return;
      reopen_log();
      watch_hangup();
    });
  }

  // `error` says why it cannot go on; empty: it was asked to stop.
  void end(const Error& error) {
    if (ending_) return;
    ending_ = true;
    notify("STOPPING=1");
    if (!error.message.empty()) {
      log::error("stops: " + error.message);
      exit_code_ = 1;
    }
    asio::co_spawn(io_, finish(), [this](const std::exception_ptr& failure) {
      if (failure) std::rethrow_exception(failure);
      io_.stop();
    });
  }

  asio::awaitable<void> finish() {
    if (!instance_) co_return;
    if (started_ && exit_code_ == 0) {
      state_.want = registry::ProfileState::Want::stopped;
      remember();
    }
    log::info("stopping");
    co_await instance_->stop();
    log::info("stopped");
  }

  Settings settings_;
  asio::io_context io_{1};
  AsioTimers timers_{io_.get_executor()};
  registry::FileRegistry registry_{settings_.registry, io_.get_executor(),
                                   timers_};
  std::unique_ptr<mdns::Mdns> mdns_ =
      settings_.mdns ? mdns::make_mdns(io_.get_executor(), timers_)
                     : mdns::make_disabled(io_.get_executor(), "mdns is off");
  asio::signal_set stop_signals_{io_, SIGTERM, SIGINT};
  asio::signal_set hangup_{io_, SIGHUP};
  std::optional<registry::Claim> claim_;  // until the very end
  registry::ProfileState state_;
  std::optional<Instance> instance_;
  bool started_ = false;
  bool ending_ = false;
  int exit_code_ = 0;
};

int run_profile() {
  registry::ReadyPipe ready;
  auto text = read_all(kSettingsFd, kMaxSettingsBytes, "settings");
  if (!text)
    return ready.failed({Errc::invalid, "no settings on descriptor 3",
                         "start it by: berth start NAME, or berth run NAME"});
  ::close(kSettingsFd);
  auto settings = parse_settings(*text);
  if (!settings) return ready.failed(settings.error());
  log::set_level(settings->log_level);
  log::set_file(settings->log_file);
  Program program(std::move(*settings));
  return program.run(ready);
}

}  // namespace

int main(int argc, char** argv) {
  harden_process();
  const std::string_view option = argc > 1 ? argv[1] : "";
  if (option == "--check-mnemonic") return check_mnemonic();
  if (option == "--help" || option == "-h") {
    std::fputs(kHelp, stdout);
    return 0;
  }
  if (option == "--version") {
    std::puts("berth-instance " BERTH_VERSION);
    return 0;
  }
  if (!option.empty()) {
    std::fprintf(stderr, "berth-instance: unknown option: %s\n", argv[1]);
    return 2;
  }
  return run_profile();
}
