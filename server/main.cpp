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
#include "registry/base/resident.h"
#include "registry/base/service_manager.h"
#include "registry/file_registry.h"
#include "registry/profile_state.h"
#include "registry/ready_pipe.h"
#include "server/command/companion.h"
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
// After being ready: what the start began, as the mDNS record, is over then.
constexpr std::chrono::seconds kStartOver{2};

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
    asio::co_spawn(io_, begin(ready), rethrow);
    io_.run();
    return failure_ ? ready.failed(*failure_) : exit_code_;
  }

 private:
  static void rethrow(const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  }

  asio::awaitable<void> begin(registry::ReadyPipe& ready) {
    auto record = co_await start();
    begun_.set();
    if (!record) {
      log::error("not started: " + record.error().message);
      failure_ = record.error();
      end({});
      co_return;
    }
    log::info(record->name + " listens on " + record->endpoint.host + ":" +
              std::to_string(record->endpoint.port));
    ready.ready(*record);
    occupant_->publish_mdns();
    notify("READY=1\nMAINPID=" + std::to_string(::getpid()));
    start_over_ = timers_.after(kStartOver, give_back_start_pages);
  }

  asio::awaitable<Result<registry::Record>> start() {
    const auto deadline = timers_.now() + settings_.claim_timeout;
    auto claim = wait_for_claim(settings_);
    if (!claim) co_return claim.error();
    claim_.emplace(std::move(*claim));
    state_ = registry::read_profile_state(settings_.state_file);
    settings_.port.last = state_.last_port;
    const auto by = settings_.started_by;
    if (by == registry::StartedBy::berthd && is_stopped_by_user(state_))
      co_return Error(Errc::failed, "was stopped meanwhile: " + settings_.name,
                      "berth start " + settings_.name);
    // Before anything takes time: it tells `starting` from `stopping`, and a
    // start that fails counts as one.
    note_start(state_, by, timers_.now());
    remember();
    auto port = claim_port();
    if (!port) co_return port.error();
    if (auto made = make_occupant(deadline); !made) co_return made.error();
    watch_stop();
    watch_hangup();
    auto record = co_await occupant_->start(std::move(*port));
    if (!record) co_return record.error();
    started_ = true;
    if (state_.last_port != record->endpoint.port) {
      state_.last_port = record->endpoint.port;
      remember();
    }
    co_return record;
  }

  Result<BoundPort> claim_port() {
    using Listen = CommandSettings::Listen;
    const bool reserve =
        settings_.command && settings_.command->listen != Listen::socket;
    return bind_port(settings_.port,
                     reserve ? PortUse::reserve : PortUse::listen,
                     [this](std::uint16_t number) {
                       return port_holder(settings_.registry, number);
                     });
  }

  Result<void> make_occupant(Timers::Clock::time_point deadline) {
    const auto on_end = [this](const Error& error) { end(error); };
    if (settings_.command) {
      occupant_ = std::make_unique<Companion>(
          io_.get_executor(), timers_, registry_, *mdns_, settings_, *claim_,
          deadline, on_end, [this](int code, const std::string& how) {
            program_ended(code, how);
          });
      return {};
    }
    auto wallet = make_wallet(settings_, io_.get_executor(), timers_);
    if (!wallet) return wallet.error();
    occupant_ = std::make_unique<Instance>(io_.get_executor(), timers_,
                                           registry_, *mdns_, settings_,
                                           std::move(*wallet), on_end);
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
        occupant_->withdraw();
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

  // A clean end is nobody's stop: whether it is started again is for the
  // profile to say. A crash leaves the record behind, as any crash does.
  void program_ended(int code, const std::string& how) {
    if (ending_) return;
    state_.last_exit = how;
    remember();
    exit_code_ = code;
    if (exit_code_ != 0) {
      log::error("the program crashed: " + state_.last_exit);
      std::_Exit(exit_code_);
    }
    log::info("the program ended by itself: " + state_.last_exit);
    started_ = false;
    end({});
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
      rethrow(failure);
      io_.stop();
    });
  }

  asio::awaitable<void> finish() {
    if (!occupant_) co_return;
    if (started_ && exit_code_ == 0) {
      state_.want = registry::ProfileState::Want::stopped;
      remember();
    }
    log::info("stopping");
    co_await occupant_->stop();
    co_await begun_.wait();  // where it is stopped while it starts
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
  std::unique_ptr<Occupant> occupant_;
  Alarm start_over_;
  berth::Event begun_{io_.get_executor()};  // started, or failed to
  std::optional<Error> failure_;            // why it did not start
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
