// The other programs of the house: where they are, what they get to see, and
// running one. Any thread; blocking where said.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "registry/base/result.h"
#include "registry/base/unique_fd.h"

namespace berth {

// The program `name` beside this one. Never by PATH or environment: those may
// lead to somebody else's.
[[nodiscard]] Result<std::filesystem::path> program_beside(
    const std::string& name);

// "NAME=value" of the variables an instance may see, and nothing else: HOME,
// PATH, LANG, LC_*, TZ, XDG_*, DBUS_SESSION_BUS_ADDRESS,
// DBUS_SYSTEM_BUS_ADDRESS, SSL_CERT_*, DISPLAY and its like, and those named in
// `also`.
[[nodiscard]] std::vector<std::string> allowed_environment(
    const std::vector<std::string>& also);

// The whole environment, for a program of the user's in their terminal.
[[nodiscard]] std::vector<std::string> whole_environment();

// A descriptor, positioned at the start, from which `text` can be read; in
// memory only.
[[nodiscard]] Result<UniqueFd> memory_file(const std::string& text);

struct Finished {
  int exit = 0;     // 128 + signal where one ended it
  std::string out;  // more than 64 MiB of either is an error
  std::string err;
};
// A program that runs, and what it writes. The caller waits for the child.
struct Begun {
  pid_t pid = 0;
  UniqueFd out, err;  // in memory only
};
[[nodiscard]] Result<Begun> begin_program(const std::vector<std::string>& argv,
                                          const std::string& input);
// `status` of waitpid(2), once it has ended.
[[nodiscard]] Result<Finished> finish_program(const Begun& begun, int status);

// Runs a program to its end with `input` on stdin. Blocks.
[[nodiscard]] Result<Finished> run_program(const std::vector<std::string>& argv,
                                           const std::string& input);

// Becomes that program, in the same terminal. Returns only what went wrong.
[[nodiscard]] Error exec_program(const std::vector<std::string>& argv,
                                 const std::vector<std::string>& environment);

}  // namespace berth
