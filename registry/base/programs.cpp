#include "registry/base/programs.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "registry/base/files.h"
#include "registry/base/process.h"

namespace berth {
namespace {

// The largest answers of a dozen instances at once (provider/client/http.cpp).
constexpr std::size_t kMaxOutput = std::size_t{64} << 20;

bool is_allowed(std::string_view name, const std::vector<std::string>& also) {
  // A wallet may have a window of its own: DISPLAY and what goes with it.
  constexpr std::array<std::string_view, 9> kNames{"HOME",
                                                   "PATH",
                                                   "LANG",
                                                   "TZ",
                                                   "DBUS_SESSION_BUS_ADDRESS",
                                                   "DBUS_SYSTEM_BUS_ADDRESS",
                                                   "DISPLAY",
                                                   "WAYLAND_DISPLAY",
                                                   "XAUTHORITY"};
  constexpr std::array<std::string_view, 3> kPrefixes{"LC_", "XDG_",
                                                      "SSL_CERT_"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
         std::find(also.begin(), also.end(), name) != also.end() ||
         std::any_of(kPrefixes.begin(), kPrefixes.end(),
                     [&](auto prefix) { return name.starts_with(prefix); });
}

// What a program of the house may see: BERTH_HOME and all other settings too.
std::vector<std::string> own_environment() {
  auto variables = allowed_environment({});
  for (auto& variable : whole_environment())
    if (variable.starts_with("BERTH_"))
      variables.push_back(std::move(variable));
  return variables;
}

// From memory, so that a program which writes much to one stream while we read
// the other cannot block.
Result<std::string> written_to(int fd, const std::string& subject) {
  if (::lseek(fd, 0, SEEK_SET) != 0)
    return errno_error(errno, "read output of " + subject);
  return read_all(fd, kMaxOutput, "output of " + subject);
}

int exit_code(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Result<std::filesystem::path> program_beside(const std::string& name) {
  std::error_code error;
  const auto own = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error)
    return Error{Errc::failed, "find own program: " + error.message(),
                 "is /proc mounted?"};
  auto path = own.parent_path() / name;
  if (::access(path.c_str(), X_OK) != 0)
    return errno_error(errno, "find program " + path.string());
  return path;
}

std::vector<std::string> allowed_environment(
    const std::vector<std::string>& also) {
  std::vector<std::string> allowed;
  for (char** item = environ; *item != nullptr; ++item) {
    const std::string_view variable = *item;
    if (is_allowed(variable.substr(0, variable.find('=')), also))
      allowed.emplace_back(variable);
  }
  return allowed;
}

std::vector<std::string> whole_environment() {
  std::vector<std::string> all;
  for (char** item = environ; *item != nullptr; ++item) all.emplace_back(*item);
  return all;
}

Result<UniqueFd> memory_file(const std::string& text) {
  UniqueFd fd(::memfd_create("berth", MFD_CLOEXEC));
  if (!fd) return errno_error(errno, "make memory file");
  if (auto ok = write_all(fd.get(), text, "memory file"); !ok)
    return ok.error();
  if (::lseek(fd.get(), 0, SEEK_SET) != 0)
    return errno_error(errno, "rewind memory file");
  return fd;
}

Result<Begun> begin_program(const std::vector<std::string>& argv,
                            const std::string& input) {
  auto in = memory_file(input);
  auto out = memory_file("");
  auto err = memory_file("");
  for (const auto* file : {&in, &out, &err})
    if (!*file) return file->error();
  const SpawnOptions options{
      argv,
      own_environment(),
      {{0, in->get()}, {1, out->get()}, {2, err->get()}}};
  auto pid = spawn_detached(options);
  if (!pid) return pid.error();
  return Begun{*pid, std::move(*out), std::move(*err)};
}

Result<Finished> finish_program(const Begun& begun, int status) {
  const std::string subject = "process " + std::to_string(begun.pid);
  auto out = written_to(begun.out.get(), subject);
  if (!out) return out.error();
  auto err = written_to(begun.err.get(), subject);
  if (!err) return err.error();
  return Finished{exit_code(status), std::move(*out), std::move(*err)};
}

Result<Finished> run_program(const std::vector<std::string>& argv,
                             const std::string& input) {
  auto begun = begin_program(argv, input);
  if (!begun) return begun.error();
  int status = 0;
  while (::waitpid(begun->pid, &status, 0) < 0)
    if (errno != EINTR) return errno_error(errno, "wait for " + argv[0]);
  return finish_program(*begun, status);
}

Error exec_program(const std::vector<std::string>& argv,
                   const std::vector<std::string>& environment) {
  auto arguments = exec_pointers(argv);
  auto variables = exec_pointers(environment);
  ::execve(arguments[0], arguments.data(), variables.data());
  return errno_error(errno, "run " + argv[0]);
}

}  // namespace berth
