// What an instance is asked itself is asked by `berth-talk`; here only the
// name is settled.
#include "launcher/commands/commands.h"
#include "launcher/default_name.h"
#include "registry/base/programs.h"

namespace berth::launcher {
namespace {

Failure become(std::vector<std::string> arguments) {
  auto program = program_beside("berth-talk");
  if (!program) return program.error();
  arguments.insert(arguments.begin(), program->string());
  return exec_program(arguments, whole_environment());
}

bool is_json(const std::string& text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  return start != std::string::npos &&
         (text[start] == '[' || text[start] == '{');
}

}  // namespace

int call(std::vector<std::string> arguments, Context& context) {
  // METHOD, METHOD PARAMS, NAME METHOD or NAME METHOD PARAMS: PARAMS is an
  // array or an object, which no method is.
  const std::size_t last = arguments.size() - 1;
  const bool params = last > 0 && is_json(arguments[last]);
  const bool named = arguments.size() > (params ? 2U : 1U);
  auto name = resolve_name(context.paths, context.environment,
                           named ? arguments[0] : "");
  if (!name) return context.console.fail(name.error());
  if (named) {
    arguments[0] = *name;
  } else {
    arguments.insert(arguments.begin(), *name);
  }
  arguments.insert(arguments.begin(), "call");
  return context.console.fail(become(std::move(arguments)));
}

int exec(const std::string& name, const std::vector<std::string>& command,
         Context& context) {
  // Any other code could be the command's own.
  const auto fail = [&](Failure failure) {
    failure.exit = Exit::exec_failed;
    return context.console.fail(failure);
  };
  if (command.empty())
    return fail(Error{Errc::invalid, "no command given: berth exec",
                      "berth exec NAME -- COMMAND ARGUMENTS"});
  auto resolved = resolve_name(context.paths, context.environment, name);
  if (!resolved) return fail(resolved.error());
  std::vector<std::string> arguments{"exec", *resolved, "--"};
  arguments.insert(arguments.end(), command.begin(), command.end());
  return fail(become(std::move(arguments)));
}

}  // namespace berth::launcher
