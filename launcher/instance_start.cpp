#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "launcher/instance_manager.h"
#include "launcher/log_tail.h"
#include "launcher/profile_store.h"
#include "launcher/programs.h"
#include "registry/base/files.h"
#include "registry/base/strict_json.h"
#include "registry/base/text.h"
#include "registry/profile_state.h"
#include "registry/record_reader.h"

namespace berth::launcher {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxReadyLine = 64 * 1024;
constexpr std::size_t kLastLines = 10;
// The instance has its own time limit for the claim and says it better.
constexpr auto kGrace = 500ms;

struct Pipe {
  UniqueFd read, write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno_error(errno, "make pipe");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

struct Log {
  UniqueFd fd;
  std::int64_t size = 0;
};

Result<Log> open_log(const std::filesystem::path& path) {
  if (auto made = make_private_directory(path.parent_path()); !made)
    return made.error();
  UniqueFd fd(::open(
      path.c_str(),
      O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
      0600));
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0 || ::fchmod(fd.get(), 0600) != 0)
    return errno_error(errno, "open log " + path.string());
  if (!S_ISREG(info.st_mode))
    return Error{Errc::failed, "not a regular file: " + path.string(),
                 "move it away"};
  return Log{std::move(fd), info.st_size};
}

// Ports that other profiles are used to: taken only when no other is free.
std::vector<std::uint16_t> ports_of_others(const Paths& paths,
                                           const std::string& name) {
  std::vector<std::uint16_t> ports;
  const auto names = ProfileStore(paths).names();
  if (!names) return ports;  // only a preference is lost
  for (const auto& other : *names) {
    if (other == name) continue;
    const auto state = registry::read_profile_state(paths.state_file(other));
    if (state.last_port != 0) ports.push_back(state.last_port);
  }
  return ports;
}

// The line that the instance writes, or what it wrote before it died; nullopt:
// the deadline has passed.
Result<std::optional<std::string>> read_line(int fd, Clock::time_point end) {
  std::string line;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        end + kGrace - Clock::now());
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

// "exit 1" or "signal 6", once it has ended.
std::string how_it_ended(pid_t pid) {
  auto process = ProcessHandle::open(pid);
  int status = 0;
  if (!process || !process->wait(1s) || ::waitpid(pid, &status, WNOHANG) != pid)
    return "it closed its ready pipe";
  return WIFEXITED(status) ? "exit " + std::to_string(WEXITSTATUS(status))
                           : "signal " + std::to_string(WTERMSIG(status));
}

Failure died(const Paths& paths, const Starting& starting) {
  std::string hint = "see: berth logs " + starting.name;
  const auto lines =
      last_lines(paths.log_file(starting.name), kLastLines, starting.log_end);
  if (lines)
    for (const auto& line : *lines) hint += "\n  " + visible(line);
  return Error{Errc::failed,
               "died while starting (" + how_it_ended(starting.pid) +
                   "): " + starting.name,
               hint};
}

Failure reported(const nlohmann::json& error) {
  const auto text = [&](const char* key) {
    return visible(error.value(key, std::string()));
  };
  const Errc code =
      error.value("exit", 1) == 5 ? Errc::already_running : Errc::failed;
  Failure failure(Error{code, text("message"), text("hint")});
  switch (error.value("exit", 1)) {
    case 6:
      failure.exit = Exit::no_port;
      break;
    case 7:
      failure.exit = Exit::timed_out;
      break;
    default:
      break;
  }
  return failure;
}

Failure strange_line(const std::string& name, const std::string& line) {
  return Error{Errc::failed,
               "unexpected answer of berth-instance (" +
                   visible(line.substr(0, 200)) + "): " + name,
               "are berth and berth-instance of the same version?"};
}

Outcome<Running> parse_ready(const std::string& name, const std::string& line) {
  const auto json = parse_json(line);
  if (!json || !json->is_object()) return strange_line(name, line);
  try {
    if (const auto error = json->find("error"); error != json->end())
      return reported(*error);
    const auto& ready = json->at("ready");
    return Running{name, ready.at("pid"), ready.at("port"), ready.at("url")};
  } catch (const nlohmann::json::exception&) {
    return strange_line(name, line);
  }
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

Outcome<std::string> InstanceManager::settings_for(const StartRequest& request,
                                                   const Config& config) const {
  auto profile = ProfileStore(paths_).load(request.name);
  if (!profile) return profile.error();
  return settings_json(paths_, config, *profile, request,
                       ports_of_others(paths_, request.name));
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
  auto settings = settings_for(request, config);
  if (!settings) return settings.error();
  auto program = program_beside("berth-instance");
  if (!program) return program.error();
  auto input = memory_file(*settings);
  if (!input) return input.error();
  auto pipe = make_pipe();
  if (!pipe) return pipe.error();
  auto log = open_log(paths_.log_file(request.name));
  if (!log) return log.error();
  const SpawnOptions options{{program->string()},
                             allowed_environment({}),
                             {{1, log->fd.get()},
                              {2, log->fd.get()},
                              {3, input->get()},
                              {4, pipe->write.get()}}};
  auto pid = spawn_detached(options);
  if (!pid) return pid.error();
  starting.pid = *pid;
  starting.ready = std::move(pipe->read);
  starting.log_end = log->size;
  starting.deadline = Clock::now() + request.timeout;
  return starting;
}

Outcome<Running> InstanceManager::finish_start(Starting starting) {
  if (starting.running) return *starting.running;
  auto line = read_line(starting.ready.get(), starting.deadline);
  if (!line) return line.error();
  if (!*line)
    return Error{Errc::timed_out, "not ready in time: " + starting.name,
                 "it goes on starting: berth wait " + starting.name +
                     ", berth logs " + starting.name};
  if ((*line)->empty()) return died(paths_, starting);
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
  auto settings = settings_for(request, config);
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
