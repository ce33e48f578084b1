#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>

#include "launcher/instance_manager.h"
#include "launcher/manager_record.h"
#include "launcher/manager_spawn.h"
#include "launcher/profile_store.h"
#include "registry/base/programs.h"
#include "registry/record_reader.h"

namespace berth::launcher {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// The line that the instance writes, or what it wrote before it died; nullopt:
// the deadline has passed.
Result<std::optional<std::string>> read_line(int fd, Clock::time_point end) {
  std::string line;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        end + kReadyGrace - Clock::now());
    pollfd item{fd, POLLIN, 0};
    const int ready =
        ::poll(&item, 1, static_cast<int>(std::max<long>(0, left.count())));
    if (ready == 0) return std::optional<std::string>();
    char chunk[4096];
    const ssize_t got = ready < 0 ? -1 : ::read(fd, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error(errno, "read ready pipe");
    line.append(chunk, static_cast<std::size_t>(got));
    const auto newline = line.find('\n');
    if (got == 0 || line.size() > kMaxReadyLine || newline != std::string::npos)
      return std::optional(line.substr(0, newline));
  }
}

// Once it has ended.
std::string how_it_ended(pid_t pid) {
  auto process = ProcessHandle::open(pid);
  int status = 0;
  if (!process || !process->wait(1s) || ::waitpid(pid, &status, WNOHANG) != pid)
    return "it closed its ready pipe";
  return describe_end(status);
}

}  // namespace

std::string url_of(const registry::Endpoint& endpoint) {
  const bool six = endpoint.host.find(':') != std::string::npos;
  return "http://" + (six ? "[" + endpoint.host + "]" : endpoint.host) + ":" +
         std::to_string(endpoint.port);
}

std::string ws_url_of(const registry::Endpoint& endpoint) {
  return "ws" + url_of(endpoint).substr(4);
}

Running running_of(const registry::Entry& entry) {
  const auto& record = *entry.record;
  return {record.name, record.pid, record.endpoint.port,
          url_of(record.endpoint)};
}

Result<std::optional<registry::Entry>> InstanceManager::find_alive(
    const std::string& name) const {
  auto entry = registry::read_record(paths_.registry, name);
  if (!entry) {
    if (entry.error().code == Errc::not_found)
      return std::optional<registry::Entry>();
    return entry.error();
  }
  if (entry->liveness != registry::Liveness::alive)
    return std::optional<registry::Entry>();
  return std::optional(std::move(*entry));
}

Outcome<Starting> InstanceManager::begin_start(const StartRequest& request,
                                               const Config& config) {
  Starting starting;
  starting.name = request.name;
  auto alive = find_alive(request.name);
  if (!alive) return alive.error();
  if (*alive && (*alive)->record) {
    starting.running = running_of(**alive);
    return starting;
  }
  if (!usual_ports_) usual_ports_ = usual_ports(paths_);
  auto spawned = spawn_instance(paths_, request, config, *usual_ports_);
  if (!spawned) return spawned.error();
  starting.child = std::move(*spawned);
  starting.deadline = Clock::now() + request.timeout;
  return starting;
}

Outcome<Starting> InstanceManager::begin_manager() {
  const StartRequest usual;
  Starting starting;
  starting.name = kManagerName;
  starting.deadline = Clock::now() + usual.timeout;
  auto alive = find_alive(kManagerName);
  if (!alive) return alive.error();
  if (*alive && (*alive)->record) {
    starting.running = running_of(**alive);
    return starting;
  }
  auto spawned = spawn_manager(paths_);
  if (!spawned) return spawned.error();
  starting.child = std::move(*spawned);
  return starting;
}

std::size_t InstanceManager::next_ready(const std::vector<Starting>& starting) {
  for (;;) {
    std::vector<pollfd> items;
    auto soonest = Clock::time_point::max();
    for (std::size_t i = 0; i < starting.size(); ++i) {
      const auto end = starting[i].deadline + kReadyGrace;
      if (starting[i].running || end <= Clock::now()) return i;
      soonest = std::min(soonest, end);
      items.push_back({starting[i].child.ready.get(), POLLIN, 0});
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(soonest - Clock::now());
    ::poll(items.data(), items.size(),
           static_cast<int>(std::max<long>(0, left.count())));
    for (std::size_t i = 0; i < items.size(); ++i)
      if (items[i].revents != 0) return i;
  }
}

Outcome<Running> InstanceManager::finish_start(Starting starting) {
  if (starting.running) return *starting.running;
  auto line = read_line(starting.child.ready.get(), starting.deadline);
  if (!line) return line.error();
  if (!*line) return not_ready_in_time(starting.name);
  const auto& child = starting.child;
  if ((*line)->empty())
    return died_while_starting(paths_, starting.name, child.log_end,
                               how_it_ended(child.pid));
  auto running = parse_ready(starting.name, **line);
  if (running || running.error().exit != Exit::already_running) return running;
  // Somebody else started it at the same moment: theirs is as good.
  auto winner = find_alive(starting.name);
  if (!winner) return winner.error();
  if (*winner && (*winner)->record) return running_of(**winner);
  return running;
}

Failure InstanceManager::run(const StartRequest& request,
                             const Config& config) {
  auto alive = find_alive(request.name);
  if (!alive) return alive.error();
  if (*alive) return in_use(paths_, request.name);
  auto settings = settings_for(paths_, request, config, usual_ports(paths_));
  if (!settings) return settings.error();
  auto program = program_beside("berth-instance");
  if (!program) return program.error();
  auto input = memory_file(*settings);
  if (!input) return input.error();
  // Onto 3 itself, without close-on-exec; whatever else we were given ends
  // here.
  const int moved =
      input->get() == 3 ? ::fcntl(3, F_SETFD, 0) : ::dup2(input->get(), 3);
  if (moved < 0) return errno_error(errno, "prepare " + program->string());
  ::close_range(4, ~0U, CLOSE_RANGE_CLOEXEC);
  return exec_program({program->string()},
                      allowed_environment({"NOTIFY_SOCKET"}));
}

}  // namespace berth::launcher
