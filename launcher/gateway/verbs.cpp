#include "launcher/gateway/verbs.h"

#include <vector>

#include "provider/client/berth_program.h"

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

}  // namespace

asio::awaitable<Result<void>> run_verb(TaskGroup& programs, Verb verb,
                                       std::string name) {
  if (programs.size() >= kMostPrograms)
    co_return Error{Errc::unavailable,
                    "too many are started and stopped at once",
                    "try again when some of them have ended"};
  auto running = provider::run_berth(programs, arguments_of(verb, name));
  auto ended = co_await std::move(running);
  if (!ended) co_return ended.error();
  co_return Result<void>();
}

}  // namespace berth::launcher
