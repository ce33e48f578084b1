#include "launcher/instance_spawn.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "launcher/log_tail.h"
#include "launcher/profile_store.h"
#include "registry/base/files.h"
#include "registry/base/pipe.h"
#include "registry/base/process.h"
#include "registry/base/programs.h"
#include "registry/base/strict_json.h"
#include "registry/base/text.h"
#include "registry/profile_state.h"

namespace berth::launcher {
namespace {

constexpr std::size_t kLastLines = 10;

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

// Taken only when no other is free.
std::vector<std::uint16_t> ports_of_others(const UsualPorts& usual,
                                           const std::string& name) {
  std::vector<std::uint16_t> ports;
  for (const auto& [other, port] : usual)
    if (other != name) ports.push_back(port);
  return ports;
}

Failure reported(const nlohmann::json& error) {
  const auto text = [&](const char* key) {
    return visible_lines(error.value(key, std::string()));
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

}  // namespace

Outcome<Spawned> spawn_program(const SpawnRequest& request) {
  auto program = program_beside(request.program);
  if (!program) return program.error();
  auto pipe = make_pipe();
  if (!pipe) return pipe.error();
  auto log = open_log(request.log_file);
  if (!log) return log.error();
  SpawnOptions options{
      {program->string()},
      allowed_environment(request.variables),
      {{1, log->fd.get()}, {2, log->fd.get()}, {4, pipe->write.get()}}};
  if (request.input) options.descriptors.push_back({3, request.input.get()});
  auto pid = spawn_detached(options);
  if (!pid) return pid.error();
  return Spawned{*pid, std::move(pipe->read), log->size};
}

UsualPorts usual_ports(const Paths& paths) {
  UsualPorts ports;
  const auto names = ProfileStore(paths).names();
  if (!names) return ports;  // only a preference is lost
  for (const auto& name : *names) {
    const auto state = registry::read_profile_state(paths.state_file(name));
    if (state.last_port != 0) ports.emplace(name, state.last_port);
  }
  return ports;
}

Outcome<std::string> settings_for(const Paths& paths,
                                  const StartRequest& request,
                                  const Config& config,
                                  const UsualPorts& usual) {
  auto profile = ProfileStore(paths).load(request.name);
  if (!profile) return profile.error();
  return settings_json(paths, config, *profile, request,
                       ports_of_others(usual, request.name));
}

Outcome<Spawned> spawn_instance(const Paths& paths, const StartRequest& request,
                                const Config& config, const UsualPorts& usual) {
  auto settings = settings_for(paths, request, config, usual);
  if (!settings) return settings.error();
  auto input = memory_file(*settings);
  if (!input) return input.error();
  return spawn_program(
      {"berth-instance", paths.log_file(request.name), {}, std::move(*input)});
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

Failure died_while_starting(const Paths& paths, const std::string& name,
                            std::int64_t log_end, const std::string& how) {
  std::string hint = "see: berth logs " + name;
  const auto lines = last_lines(paths.log_file(name), kLastLines, log_end);
  if (lines)
    for (const auto& line : *lines) hint += "\n  " + visible(line);
  return Error{Errc::failed, "died while starting (" + how + "): " + name,
               hint};
}

Failure not_ready_in_time(const std::string& name) {
  return Error{
      Errc::timed_out, "not ready in time: " + name,
      "it goes on starting: berth wait " + name + ", berth logs " + name};
}

}  // namespace berth::launcher
