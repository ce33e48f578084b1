#include "launcher/supervisor/process_starter.h"

#include <sys/wait.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>

#include "registry/base/log.h"
#include "registry/base/process_end.h"

namespace berth::launcher {
namespace {

// What it writes up to a newline, or to its end.
asio::awaitable<std::string> read_line(UniqueFd pipe) {
  const auto executor = co_await asio::this_coro::executor;
  asio::posix::stream_descriptor reader(executor, pipe.release());
  std::string line;
  auto buffer = asio::dynamic_buffer(line, kMaxReadyLine);
  (void)co_await asio::async_read_until(reader, buffer, '\n', use_ec);
  line.resize(std::min(line.find('\n'), line.size()));
  co_return line;
}

// Waits for a child's end and reaps it.
asio::awaitable<std::string> reap(pid_t pid) {
  auto process = ProcessHandle::open(pid);
  if (!process) co_return process.error().message;
  const bool over = co_await process_end(std::move(*process));
  int status = 0;
  if (!over || ::waitpid(pid, &status, WNOHANG) != pid) co_return "not known";
  co_return describe_end(status);
}

}  // namespace

ProcessStarter::ProcessStarter(asio::any_io_executor executor, Timers& timers,
                               Paths paths, Environment environment,
                               Ended ended)
    : timers_(timers),
      paths_(std::move(paths)),
      environment_(std::move(environment)),
      ended_(std::move(ended)),
      tasks_(std::move(executor), log::failure("a start failed")) {}

void ProcessStarter::start(const std::string& name, Done done) {
  tasks_.spawn(run(name, std::move(done)));
}

asio::awaitable<void> ProcessStarter::stop() {
  tasks_.cancel();
  co_await tasks_.wait();
}

Outcome<Spawned> ProcessStarter::spawn(const std::string& name) const {
  auto config = load_config(paths_, environment_);
  if (!config) return config.error();
  StartRequest request;
  request.name = name;
  request.by = registry::StartedBy::berthd;
  return spawn_instance(paths_, request, *config, usual_ports(paths_));
}

asio::awaitable<void> ProcessStarter::run(std::string name, Done done) {
  const auto executor = co_await asio::this_coro::executor;
  co_await asio::post(executor, asio::use_awaitable);
  auto child = spawn(name);
  if (!child) {
    done(child.error());
    co_return;
  }
  const StartRequest usual;
  auto reading = read_line(std::move(child->ready));
  const auto line = co_await with_deadline(std::move(reading), timers_,
                                           usual.timeout + kReadyGrace);
  const bool silent = line && line->empty();
  if (!line) done(not_ready_in_time(name));
  auto running =
      line && !silent ? parse_ready(name, *line) : Outcome<Running>();
  if (line && !silent)
    done(running ? Outcome<void>() : Outcome<void>(running.error()));
  const auto how = co_await reap(child->pid);
  if (silent)
    done(died_while_starting(paths_, name, child->log_end, how));
  else if (!line || running)
    ended_(name, how);
}

}  // namespace berth::launcher
