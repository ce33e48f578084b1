#include "launcher/service.h"

#include <unistd.h>

#include <algorithm>

#include "registry/base/files.h"
#include "registry/base/programs.h"
#include "registry/base/text.h"

namespace berth::launcher {
namespace {

constexpr std::size_t kMaxUnitBytes = 64 * 1024;

// Between quotes in a unit file: systemd.syntax(7), and the specifiers of
// systemd.unit(5). `$`, in a command line only, is doubled by the caller.
Result<std::string> quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return Error{Errc::invalid,
                   "a control character in a path: " + visible(text),
                   "move it to where the path has none"};
    if (c == '"' || c == '\\') out += '\\';
    if (c == '%') out += '%';
    out += c;
  }
  return out + '"';
}

std::string doubled_dollars(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '$' ? "$$" : std::string(1, c);
  return out;
}

Result<std::filesystem::path> unit_directory(const Environment& environment) {
  auto config = user_config(environment);
  if (!config) return config;
  return *config / "systemd" / "user";
}

// A scratch home is a world of its own, for the service as well.
Result<std::string> environment_lines(const Environment& environment) {
  std::string lines;
  for (const char* name : {"BERTH_HOME", "BERTH_REGISTRY"}) {
    const char* value = environment(name);
    if (value == nullptr || *value == '\0') continue;
    auto line = quoted(std::string(name) + "=" + value);
    if (!line) return line;
    lines += "Environment=" + *line + "\n";
  }
  return lines;
}

std::string service_text(const std::string& program,
                         const std::string& environment) {
  return "# Written by: berth service install\n"
         "[Unit]\n"
         "Description=Berth: looks after the wallet instances of this user\n"
         "Requires=berthd.socket\n"
         "After=berthd.socket\n"
         "\n"
         "[Service]\n"
         "Type=notify\n"
         "ExecStart=" +
         program + "\n" + environment +
         // The instances go on when berthd ends.
         "KillMode=process\n"
         "Restart=on-failure\n"
         "RestartSec=1\n"
         "WatchdogSec=30\n"
         "UMask=0077\n"
         "\n"
         "[Install]\n"
         "WantedBy=default.target\n";
}

std::string socket_text(std::uint16_t port) {
  return "# Written by: berth service install\n"
         "[Unit]\n"
         "Description=Berth: the gateway's port\n"
         "\n"
         "[Socket]\n"
         "ListenStream=127.0.0.1:" +
         std::to_string(port) +
         "\n"
         "\n"
         "[Install]\n"
         "WantedBy=sockets.target\n";
}

}  // namespace

Units::State Units::state() const {
  bool missing = false;
  bool same = true;
  for (const auto* unit : {&service, &socket}) {
    const auto text = read_file(unit->file, kMaxUnitBytes);
    missing = missing || !text;
    same = same && text && *text == unit->text;
  }
  if (missing) return State::missing;
  return same ? State::installed : State::outdated;
}

Result<Units> find_units(const Environment& environment, const Config& config) {
  auto directory = unit_directory(environment);
  if (!directory) return directory.error();
  auto program = program_beside("berthd");
  if (!program) return program.error();
  auto command = quoted(doubled_dollars(program->string()));
  if (!command) return command.error();
  auto lines = environment_lines(environment);
  if (!lines) return lines.error();
  return Units{
      {*directory / kServiceUnit, service_text(*command, *lines)},
      {*directory / kSocketUnit, socket_text(config.gateway_port.value)}};
}

Result<std::string> systemctl(const std::vector<std::string>& arguments) {
  // Never by PATH.
  const std::string program = "/usr/bin/systemctl";
  const Error none{Errc::unavailable, "no systemd for this user: " + program,
                   "berth up starts berthd without it"};
  if (::access(program.c_str(), X_OK) != 0) return none;
  std::vector<std::string> argv{program, "--user"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  auto finished = run_program(argv, "");
  if (!finished) return finished.error();
  auto text = [](std::string out) {
    while (out.ends_with('\n')) out.pop_back();
    return visible(out);
  };
  if (finished->exit == 0) return text(finished->out);
  const bool no_bus =
      finished->err.find("Failed to connect to bus") != std::string::npos ||
      finished->err.find("not been booted with systemd") != std::string::npos;
  if (no_bus) return none;
  return Error{Errc::failed,
               "systemctl --user " + arguments.front() + ": " +
                   text(finished->err.empty() ? finished->out : finished->err),
               "see: systemctl --user status berthd"};
}

}  // namespace berth::launcher
