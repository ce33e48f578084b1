// Stands in for berth-instance where a test needs one that misbehaves, and
// keeps the process contract otherwise: settings on 3, claim, bind, listen,
// publish, one line on 4, SIGTERM. The profile's title asks for misbehaviour:
// "stub:ignore-term", "stub:die", "stub:silent", "stub:slow", "stub:crash",
// "stub:crash-on-term", "stub:phoenix", "stub:gated" (goes on once its data
// directory has a file "go").
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "registry/base/clock.h"
#include "registry/base/files.h"
#include "registry/base/process.h"
#include "registry/base/random.h"
#include "registry/claim.h"
#include "registry/file_registry.h"
#include "registry/profile_state.h"
#include "registry/record_reader.h"

namespace {

using namespace berth;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

// With nobody on 4, as under `berth run`, a failure goes to stderr.
[[noreturn]] void fail(int exit, const std::string& message) {
  const json line{
      {"error", {{"exit", exit}, {"message", message}, {"hint", ""}}}};
  if (!write_all(4, line.dump() + "\n", "ready pipe"))
    std::cerr << "berth: " << message << "\n";
  std::exit(exit);
}

// The claim, or the end: when the winner of a race is ready, or at the limit.
registry::Claim take_claim(const json& settings) {
  const std::string name = settings["name"];
  const std::string data = settings["paths"]["data"];
  const std::string directory = settings["paths"]["registry"];
  const auto end = Clock::now() + std::chrono::milliseconds(
                                      settings["claim_timeout_ms"].get<int>());
  for (;;) {
    auto claim = registry::Claim::take_whole(data + "/lock");
    if (claim) return std::move(*claim);
    if (claim.error().code != Errc::already_running)
      fail(1, claim.error().message);
    auto entry = registry::read_record(directory, name);
    if (entry && entry->liveness == registry::Liveness::alive)
      fail(5, "already running: " + name);
    if (Clock::now() > end) fail(7, "timed out: claim of " + name);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

bool try_bind(int fd, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::bind(fd, reinterpret_cast<const sockaddr*>(&address),
                sizeof address) == 0 &&
         ::listen(fd, 8) == 0;
}

int bind_port(int fd, const json& settings, int last) {
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (const auto fixed = settings.find("port"); fixed != settings.end()) {
    if (try_bind(fd, *fixed)) return *fixed;
  } else {
    if (last != 0 && try_bind(fd, last)) return last;
    const json& range = settings["port_range"];
    for (int port = range[0]; port <= range[1]; ++port)
      if (try_bind(fd, port)) return port;
  }
  fail(6, "no free port: " + settings["name"].get<std::string>());
}

registry::Record record_for(const json& settings, int port) {
  registry::Record record;
  record.name = settings["name"];
  record.id = random_uuid();
  record.pid = ::getpid();
  record.boot_id = registry::current_boot_id();
  record.pid_namespace = own_pid_namespace();
  record.start_ticks = *start_ticks_of(record.pid);
  record.uid = ::geteuid();
  record.started_at = to_rfc3339(std::chrono::system_clock::now());
  record.endpoint.port = static_cast<std::uint16_t>(port);
  record.token = random_token();
  record.level = 1;
  record.started_by = settings["started_by"] == "berthd"
                          ? registry::StartedBy::berthd
                          : registry::StartedBy::start;
  record.label = settings["label"];
  record.title = settings["title"];
  record.chain_id = settings["wallet"].value("chain_id", "");
  record.software = {"stub", "0"};
  record.extra = json{{"wallet", settings["wallet"]["type"]}}.dump();
  return record;
}

void tell_ready(const registry::Record& record) {
  const std::string at = "127.0.0.1:" + std::to_string(record.endpoint.port);
  const json line{{"ready",
                   {{"name", record.name},
                    {"id", record.id},
                    {"pid", record.pid},
                    {"port", record.endpoint.port},
                    {"url", "http://" + at},
                    {"ws_url", "ws://" + at}}}};
  // Nobody waits any more after Ctrl-C, and nobody ever did under run.
  (void)write_all(4, line.dump() + "\n", "ready pipe");
  ::close(4);
}

void misbehave(const std::string& title) {
  if (title == "stub:die") {
    std::cerr << "the stub dies \x1b[31mas told\n";
    std::exit(9);
  }
  if (title == "stub:silent") ::pause();
}

void wait_for(const std::string& path) {
  while (::access(path.c_str(), F_OK) != 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

// Leaves a child behind that keeps the claim and, as soon as this process is
// dead, is the instance: as if berthd had been quicker than anybody.
void rise_again(json& settings) {
  const pid_t parent = ::getpid();
  if (::fork() != 0) return;
  while (::getppid() == parent)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  settings["started_by"] = "berthd";
}

void serve(const json& settings, int port) {
  boost::asio::io_context io;
  AsioTimers timers(io.get_executor());
  registry::FileRegistry files(settings["paths"]["registry"].get<std::string>(),
                               io.get_executor(), timers);
  const auto record = record_for(settings, port);
  auto registration = files.announce(record, {});
  if (!registration) fail(1, registration.error().message);
  const std::string state_file = settings["paths"]["state_file"];
  auto state = registry::read_profile_state(state_file);
  note_start(state, record.started_by, Clock::now());
  state.last_port = static_cast<std::uint16_t>(port);
  if (auto ok = registry::write_profile_state(state_file, state); !ok)
    fail(1, ok.error().message);
  std::cerr << "ready on " << port << std::endl;
  tell_ready(record);
  const std::string title = settings["title"];
  if (title == "stub:crash") {
    std::cerr << "the stub crashes" << std::endl;
    std::abort();
  }
  boost::asio::signal_set signals(io, SIGTERM, SIGINT);
  // The one that is to rise again must be killed.
  const bool ignores =
      title == "stub:ignore-term" ||
      (title == "stub:phoenix" && settings["started_by"] != "berthd");
  const auto ends = [&](auto, int) {
    if (title == "stub:crash-on-term") std::_Exit(1);
    if (!ignores) io.stop();
  };
  signals.async_wait(ends);
  io.run();
  if (ignores) ::pause();
  state.want = registry::ProfileState::Want::stopped;
  (void)registry::write_profile_state(state_file, state);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  if (argc == 2 && std::string(argv[1]) == "--check-mnemonic") {
    std::string first;
    std::cin >> first;
    if (first == "test") return 0;
    std::cerr << "word 1 is not in the list\n";
    return 1;
  }
  auto text = read_all(3, 1 << 20, "settings");
  if (!text) return 1;
  ::close(3);
  json settings = json::parse(*text);
  const std::string title = settings["title"];
  misbehave(title);
  const auto claim = take_claim(settings);
  if (title == "stub:phoenix") rise_again(settings);
  if (title == "stub:gated")
    wait_for(settings["paths"]["data"].get<std::string>() + "/go");
  if (title == "stub:slow")
    std::this_thread::sleep_for(std::chrono::seconds(2));
  const auto state = registry::read_profile_state(
      settings["paths"]["state_file"].get<std::string>());
  UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  serve(settings, bind_port(listener.get(), settings, state.last_port));
}
