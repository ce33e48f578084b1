#include "provider/client/berth_program.h"

#include <sys/wait.h>

#include <memory>
#include <optional>

#include "registry/base/process.h"
#include "registry/base/process_end.h"
#include "registry/base/programs.h"

namespace berth::provider {
namespace {

// Of `berth help exit-codes`.
Errc code_of(int exit) {
  switch (exit) {
    case 3:
    case 4:
      return Errc::not_found;
    case 5:
      return Errc::already_running;
    case 6:
      return Errc::no_port;
    case 7:
      return Errc::timed_out;
    default:
      return Errc::failed;
  }
}

// "berth: <message>" and a line that says what to do, as berth prints them.
Error said(int exit, std::string text) {
  constexpr std::string_view kPrefix = "berth: ";
  if (text.starts_with(kPrefix)) text.erase(0, kPrefix.size());
  while (text.ends_with('\n')) text.pop_back();
  const auto end = text.find('\n');
  if (end == std::string::npos) return {code_of(exit), text};
  return {code_of(exit), text.substr(0, end), text.substr(end + 1)};
}

Result<Begun> begin(std::vector<std::string> argv) {
  auto program = program_beside("berth");
  if (!program) return program.error();
  argv.insert(argv.begin(), program->string());
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

asio::awaitable<Result<std::string>> run_berth(
    TaskGroup& tasks, std::vector<std::string> arguments) {
  auto begun = begin(std::move(arguments));
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
  if (finished->exit == 0) co_return std::move(finished->out);
  co_return said(finished->exit, std::move(finished->err));
}

}  // namespace berth::provider
