#include "launcher/gateway/verbs.h"

#include <sys/wait.h>

#include <memory>
#include <optional>
#include <vector>

#include "registry/base/process.h"
#include "registry/base/process_end.h"
#include "registry/base/programs.h"

namespace berth::launcher {
namespace {

std::vector<std::string> arguments_of(Verb verb, const std::string& name) {
  switch (verb) {
    case Verb::start:
      return {"start", "--no-daemon", name};
    case Verb::stop:
      return {"stop", name};
    case Verb::restart:
      return {"restart", name};
  }
  return {};
}

// "berth: <message>" and a line that says what to do, as berth prints them.
Error said(std::string text) {
  constexpr std::string_view kPrefix = "berth: ";
  if (text.starts_with(kPrefix)) text.erase(0, kPrefix.size());
  while (text.ends_with('\n')) text.pop_back();
  const auto end = text.find('\n');
  if (end == std::string::npos) return {Errc::failed, text};
  return {Errc::failed, text.substr(0, end), text.substr(end + 1)};
}

Result<Begun> begin(Verb verb, const std::string& name) {
  auto program = program_beside("berth");
  if (!program) return program.error();
  std::vector<std::string> argv{program->string()};
  for (auto& argument : arguments_of(verb, name))
    argv.push_back(std::move(argument));
  return begin_program(argv, "");
}

// A program on its way, shared with who reaps it: the request may go first.
struct Run {
  Begun begun;
  Event over;
  std::optional<int> status;  // of waitpid(2)
};

asio::awaitable<void> reap(std::shared_ptr<Run> run) {
  const pid_t pid = run->begun.pid;
  bool ended = false;
  auto process = ProcessHandle::open(pid);
  if (process) ended = co_await process_end(std::move(*process));
  int status = 0;
  if (ended && ::waitpid(pid, &status, WNOHANG) == pid) run->status = status;
  run->over.set();
}

}  // namespace

asio::awaitable<Result<void>> run_verb(TaskGroup& tasks, Verb verb,
                                       std::string name) {
  auto begun = begin(verb, name);
  if (!begun) co_return begun.error();
  const auto executor = co_await asio::this_coro::executor;
  const auto run = std::make_shared<Run>(
      Run{std::move(*begun), Event(executor), std::nullopt});
  tasks.spawn(reap(run));
  co_await run->over.wait();
  if (!run->status)
    co_return Error{Errc::failed, "nobody waited for its end: berth"};
  auto finished = finish_program(run->begun, *run->status);
  if (!finished) co_return finished.error();
  if (finished->exit == 0) co_return Result<void>();
  co_return said(std::move(finished->err));
}

}  // namespace berth::launcher
