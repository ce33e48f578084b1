#include "launcher/ask_talk.h"

#include <nlohmann/json.hpp>

#include "registry/base/programs.h"
#include "registry/base/strict_json.h"
#include "registry/base/text.h"

namespace berth::launcher {

namespace {

// Instances wrap what pages wrote, and berth-talk wraps their answers: deeper
// than what each of them accepts, or a page could make all answers unreadable.
constexpr std::size_t kMaxDepth = 64;

}  // namespace

Result<nlohmann::json> ask_talk(const std::vector<std::string>& arguments) {
  auto program = program_beside("berth-talk");
  if (!program) return program.error();
  std::vector<std::string> argv{program->string()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  auto finished = run_program(argv, "");
  if (!finished) return finished.error();
  auto answer = parse_json(finished->out, kMaxDepth);
  if (answer && answer->is_object()) return std::move(*answer);
  return strange_answer(finished->err.empty() ? finished->out : finished->err);
}

Error strange_answer(const std::string& what) {
  return {Errc::failed, "unexpected answer of berth-talk: " + visible(what),
          "are berth and berth-talk of the same version?"};
}

}  // namespace berth::launcher
