#include "server/command/companion.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "registry/base/log.h"
#include "registry/base/peer_check.h"
#include "registry/base/process_end.h"
#include "registry/own_record.h"
#include "server/command/invocation.h"
#include "server/command/port_watch.h"
#include "server/listening.h"

namespace berth::server {
namespace {

using namespace std::chrono_literals;
using Listen = CommandSettings::Listen;

// That a socket listens, and that a claim is taken, is told by no event.
constexpr auto kFirstLook = 1ms;
constexpr auto kLastLook = 50ms;
// For what was written to come through the pipe, after the end of who wrote it.
constexpr auto kDrainLimit = 100ms;
// For the rest of a group whose first process has ended.
constexpr auto kGroupGrace = 2s;
// Of one that never was ready: whoever started it waits for the reason.
constexpr auto kFailedGrace = 100ms;
// Of one whose name is another's now: nobody waits for its end.
constexpr auto kLostGrace = 10s;
constexpr auto kKillLimit = 1s;
constexpr Timers::Clock::duration kAtOnce{0};

// The convention of shells.
int exit_code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Connects and leaves it at that.
UniqueFd knock(std::uint16_t port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  (void)::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
                  sizeof address);  // told by what is waiting there
  return fd;
}

}  // namespace

Companion::Companion(asio::any_io_executor executor, Timers& timers,
                     registry::Registry& registry, mdns::Mdns& mdns,
                     Settings settings, registry::Claim& claim,
                     Timers::Clock::time_point deadline, OnEnd on_end,
                     OnExit on_exit)
    : executor_(executor),
      timers_(timers),
      registry_(registry),
      settings_(std::move(settings)),
      claim_(claim),
      deadline_(deadline),
      on_exit_(std::move(on_exit)),
      presence_(registry, mdns,
                [this, on_end = std::move(on_end)](const Error& error) {
                  lost_ = true;
                  on_end(error);
                }),
      tasks_(executor, log::failure("looking after the program failed")),
      drained_(executor),
      ended_(executor),
      record_changed_(executor) {}

asio::awaitable<Result<registry::Record>> Companion::start(BoundPort port) {
  port_ = std::move(port);
  if (auto ok = launch(); !ok) co_return with_last_lines(ok.error());
  auto record = co_await wait_ready();
  if (!record) {
    co_await drain();
    co_return with_last_lines(record.error());
  }
  ready_ = true;
  // The program has its own by now. Ours would go on taking connections for it
  // when it closes that.
  port_.listener.reset();
  if (!presence_.is_announced()) tasks_.spawn(watch_record(record->id));
  co_return record;
}

Result<void> Companion::launch() {
  auto output = Output::make();
  if (!output) return output.error();
  output_.emplace(std::move(*output));
  const Listen listen = settings_.command->listen;
  if (listen == Listen::port) port_.listener.reset();
  const char* path = std::getenv("PATH");
  auto program =
      program_path(settings_.command->argv.front(), path ? path : "");
  ChildOptions options;
  options.argv = arguments_for(settings_, port_.port);
  options.environment = environment_for(settings_, port_.port);
  options.directory = settings_.data;
  options.output = output_->writer.get();
  options.socket = port_.listener.get();
  if (program) options.program = std::move(*program);
  auto child = program ? Child::start(options) : Result<Child>(program.error());
  output_->writer.reset();
  if (!child)
    return Error{child.error().code,
                 child.error().message + ": " + settings_.name,
                 "berth profile set " + settings_.name +
                     " command '[\"PROGRAM\", ...]'; "};
  child_.emplace(std::move(*child));
  log::info("started " + options.program + " as process " +
            std::to_string(child_->pid()));
  auto process = ProcessHandle::open(child_->pid());
  if (!process) return process.error();
  tasks_.spawn(forward_output());
  tasks_.spawn(watch_child(std::move(*process)));
  return {};
}

asio::awaitable<void> Companion::forward_output() {
  co_await output_->forward();
  drained_.set();
}

asio::awaitable<void> Companion::watch_child(ProcessHandle process) {
  const bool over = co_await process_end(std::move(process));
  if (!over) co_return;
  ended_.set();
  if (!ready_ || stopping_) co_return;
  co_await drain();
  const int status = child_->status().value_or(0);
  // What it leaves behind must not keep the port from the next start.
  if (status != 0) co_await end_group(kAtOnce);
  on_exit_(exit_code_of(status), describe_end(status));
}

// Who publishes the record may be a child of the program (a wrapper, a script):
// with that record the run is over, whatever else lives on, and is stopped.
asio::awaitable<void> Companion::watch_record(std::string id) {
  const std::string name = settings_.name;
  const registry::OnEvent on_event = [this,
                                      name](const registry::Event& event) {
    if (event.entry.name == name) record_changed_.set();
  };
  auto watch = registry_.watch(on_event);
  if (!watch) {
    log::error("its record is not watched: " + watch.error().message);
    co_return;
  }
  while (what_it_publishes(id) == Publishes::it) {
    co_await record_changed_.wait();
    if (!record_changed_.is_set()) co_return;
    record_changed_.reset();
    // A swept record is healed, a program that withdraws ends by itself.
    const auto end = timers_.now() + kGroupGrace;
    while (what_it_publishes(id) == Publishes::nothing && !ended_.is_set() &&
           !stopping_ && timers_.now() < end)
      co_await sleep_for(timers_, kLastLook);
    if (ended_.is_set() || stopping_) co_return;
  }
  const auto entry = registry_.find(name);
  const bool crashed = entry && entry->liveness == registry::Liveness::dead;
  if (crashed) co_await end_group(kAtOnce);
  on_exit_(crashed ? 1 : 0,
           crashed ? "who published its record died" : "its record is gone");
}

Companion::Publishes Companion::what_it_publishes(const std::string& id) {
  const auto entry = registry_.find(settings_.name);
  if (!entry || entry->liveness != registry::Liveness::alive)
    return Publishes::nothing;
  const bool same = entry->record && entry->record->id == id;
  return same ? Publishes::it : Publishes::another;
}

// What it started may hold its output open: it is not waited for.
asio::awaitable<void> Companion::drain() {
  const auto end = timers_.now() + kDrainLimit;
  while (child_ && child_->status() && !drained_.is_set() &&
         timers_.now() < end)
    co_await sleep_for(timers_, kFirstLook);
}

asio::awaitable<Result<registry::Record>> Companion::wait_ready() {
  Timers::Clock::duration pause = kFirstLook;
  for (;;) {
    if (stopping_)
      co_return Error{Errc::failed,
                      "stopped while it was starting: " + settings_.name};
    if (const auto status = child_->status()) co_return died(*status);
    auto record = ready_record();
    if (!record) co_return record.error();
    if (*record) co_return std::move(**record);
    if (timers_.now() >= deadline_) co_return too_late();
    co_await sleep_for(timers_, pause);
    pause = std::min<Timers::Clock::duration>(pause * 2, kLastLook);
  }
}

// nullopt: not yet.
Result<std::optional<registry::Record>> Companion::ready_record() {
  // Asked for first: who publishes claims before it listens.
  const bool served = serves();
  auto joined = claim_.is_joined();
  if (!joined) return joined.error();
  if (!*joined) return served ? publish() : std::optional<registry::Record>();
  auto entry = registry_.find(settings_.name);
  if (entry && entry->liveness == registry::Liveness::alive && entry->record)
    return std::move(entry->record);
  if (!entry && entry.error().code != Errc::not_found) return entry.error();
  return std::optional<registry::Record>();
}

bool Companion::serves() {
  // Costs less than to look at processes, and is the answer most of the time.
  if (check_listener(port_.port).verdict == PeerVerdict::no_owner) return false;
  if (port_state(port_.port, child_->members()) != PortState::served)
    return false;
  return settings_.command->listen != Listen::socket || accepts();
}

// A socket that was handed over listening proves nothing: that a connection
// was taken from it does.
bool Companion::accepts() {
  if (!knock_) {
    knock_ = knock(port_.port);
    return false;
  }
  const auto sockets = listening_sockets();
  const bool accepted =
      std::none_of(sockets.begin(), sockets.end(), [&](const auto& socket) {
        return socket.port == port_.port && socket.waiting > 0;
      });
  if (accepted) knock_.reset();
  return accepted;
}

Result<std::optional<registry::Record>> Companion::publish() {
  auto claimed = claim_.complete();
  if (!claimed && claimed.error().code == Errc::already_running)
    return std::optional<registry::Record>();  // just now: it publishes itself
  if (!claimed) return claimed.error();
  const auto record = make_record();
  auto announced = presence_.announce(record);
  if (announced) return std::optional(presence_.record());
  if (announced.error().code != Errc::already_running) return announced.error();
  return Error{Errc::failed,
               "publishes a record without the claim of its data directory: " +
                   settings_.name,
               "it must claim it before it listens, see berth-registry(5); "};
}

registry::Record Companion::make_record() const {
  auto record = registry::own_record(settings_.name);
  record.token.clear();
  record.level = 0;
  record.approvals = registry::Approvals::own;
  record.endpoint.port = port_.port;
  record.started_by = settings_.started_by;
  record.label = settings_.label;
  record.title = settings_.title;
  record.color = settings_.color;
  record.icon = settings_.icon;
  record.chain_id = settings_.wallet.chain_id;
  record.software = {program_name(settings_), ""};
  nlohmann::json extra{{"wallet", "command"}, {"child_pid", child_->pid()}};
  if (!settings_.command->health.empty())
    extra["health"] = settings_.command->health;
  record.extra = extra.dump();
  return record;
}

void Companion::publish_mdns() {
  if (presence_.is_announced()) presence_.publish_mdns();
}

Error Companion::died(int status) const {
  Error error{Errc::failed, "died while starting (" + describe_end(status) +
                                "): " + settings_.name};
  if (status == 0)
    error.hint = "it must stay in the foreground, not become a daemon; ";
  return error;
}

Error Companion::too_late() const {
  const std::string port = std::to_string(port_.port);
  const auto group = child_->members();
  const std::string others = ports_of(group);
  const auto joined = claim_.is_joined();
  if (joined && *joined)
    return {Errc::timed_out,
            "claimed its data directory and published no record: " +
                settings_.name};
  if (port_state(port_.port, group) == PortState::taken)
    return {Errc::timed_out,
            "another program listens at port " + port + ": " + settings_.name};
  if (settings_.command->listen == Listen::socket)
    return {
        Errc::timed_out,
        "accepts nothing from the socket that it was given: " + settings_.name,
        "it must take descriptor 3, see sd_listen_fds(3); "};
  return {
      Errc::timed_out,
      (others.empty() ? "listens at no port, and not at 127.0.0.1:"
                      : "listens at port " + others + ", not at 127.0.0.1:") +
          port + ": " + settings_.name,
      "give it the port by {port} or BERTH_PORT; "};
}

Error Companion::with_last_lines(Error error) const {
  error.hint += "see: berth logs " + settings_.name;
  if (output_)
    for (const auto& line : output_->last_lines()) error.hint += "\n  " + line;
  return error;
}

asio::awaitable<void> Companion::stop() {
  stopping_ = true;
  if (child_) {
    child_->signal_group(SIGTERM);
    child_->signal_group(SIGCONT);  // one that was stopped could not obey
    std::optional<Timers::Clock::duration> limit;
    if (!ready_) limit = kFailedGrace;
    if (lost_) limit = kLostGrace;
    co_await wait_end(limit);
    const Timers::Clock::duration grace = ready_ ? kGroupGrace : kFailedGrace;
    co_await end_group(grace);
  }
  tasks_.cancel();
  co_await tasks_.wait();
  withdraw();
}

asio::awaitable<void> Companion::wait_end(
    std::optional<Timers::Clock::duration> limit) {
  if (!limit) {
    co_await ended_.wait();
    co_return;
  }
  const auto end = timers_.now() + *limit;
  while (!ended_.is_set() && timers_.now() < end)
    co_await sleep_for(timers_, kFirstLook);
}

asio::awaitable<void> Companion::end_group(Timers::Clock::duration limit) {
  Timers::Clock::duration pause = kFirstLook;
  auto end = timers_.now() + limit;
  bool killed = false;
  while (!child_->members().empty()) {
    if (timers_.now() >= end && std::exchange(killed, true)) {
      log::error("survives SIGKILL: a process of " + settings_.name);
      co_return;
    }
    if (timers_.now() >= end) {
      child_->signal_group(SIGKILL);
      end = timers_.now() + kKillLimit;
    }
    co_await sleep_for(timers_, pause);
    pause = std::min<Timers::Clock::duration>(pause * 2, kLastLook);
  }
}

}  // namespace berth::server
