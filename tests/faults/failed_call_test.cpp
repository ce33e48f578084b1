// An error at each system call of each operation of the registry. close() alone
// is never failed: Linux closes the descriptor whatever it answers, so nobody
// looks at that.
#include <algorithm>
#include <cstring>

#include "tests/faults/support/figure.h"
#include "tests/faults/support/operations.h"
#include "tests/support/catch.h"

using namespace berth;
using berth::test::Ended;
using berth::test::kErrors;
using berth::test::Operation;
using berth::test::Rehearsal;
using berth::test::StoppedProcess;
using berth::test::SystemCall;
using berth::test::TempDir;
namespace fs = std::filesystem;

namespace {

struct Tally {
  int pairs = 0;
  int survived = 0;
  int leaked = 0;  // descriptors or temporaries
  int wrong = 0;   // states
};

// That it says what went wrong with alice, or with which directory.
bool names_subject(const std::string& told, const fs::path& run) {
  if (told.find("alice") != told.npos || told.find(run.string()) != told.npos)
    return true;
  for (fs::path path = run;; path = path.parent_path()) {
    if (told.find(' ' + path.string() + ": ") != told.npos) return true;
    if (path == path.parent_path()) return false;
  }
}

bool has_temporary(const fs::path& run) {
  const auto files = test::files_in(run);
  return std::any_of(files.begin(), files.end(), [](const std::string& file) {
    return file.starts_with(".alice.");
  });
}

void check_told(const Error& error, const SystemCall& failed, int number,
                const fs::path& run) {
  CHECK(names_subject(error.message, run));
  // There is nobody else; but so fcntl(2) may say that there is.
  if (failed.number != SYS_fcntl || number != EACCES)
    CHECK(error.code != Errc::already_running);
  const auto expected = errno_error(number, "");
  if (error.message.ends_with(expected.message))
    CHECK(error.code == expected.code);
}

void check(const Operation& operation, const Ended& ended,
           const SystemCall& failed, int error, Tally& tally) {
  CAPTURE(operation.name, failed.index, failed.number, std::strerror(error),
          ended.result);
  REQUIRE(!ended.killed);
  ++tally.pairs;
  if (ended.result) ++tally.survived;
  if (!ended.result)
    check_told(ended.result.error(), failed, error, operation.run);
  const auto seen = operation.state();
  const auto right = ended.result ? operation.to : operation.failed;
  CHECK(seen == right);
  if (seen != right) ++tally.wrong;
  // A temporary that cannot be removed is left to who comes next.
  const bool leaked =
      ended.descriptors > (ended.result ? operation.descriptors
                                        : operation.failed_descriptors) ||
      (failed.number != SYS_unlinkat && failed.number != SYS_unlink &&
       has_temporary(operation.run));
  CHECK(!leaked);
  if (leaked) ++tally.leaked;
}

void fail_at(std::size_t index, int at, int error, Tally& tally) {
  const TempDir home;
  const auto operation = test::all_operations(home.path())[index];
  operation.before();
  StoppedProcess process(operation.prepare);
  SystemCall failed{};
  const auto ended = process.run([&](const SystemCall& call) {
    if (call.index != at) return test::kGoOn;
    failed = call;
    return call.number == SYS_close ? test::kGoOn : error;
  });
  if (failed.number == SYS_close) return;
  check(operation, ended, failed, error, tally);
  process.kill_hard();
  CHECK(operation.next());
}

}  // namespace

TEST_CASE("an error of any system call is told and leaves nothing", "[errno]") {
  Tally tally;
  const auto stride = static_cast<std::size_t>(test::rounds(9, 1));
  const bool allowed =
      test::for_each_call([&](std::size_t index, int at, const Rehearsal&) {
        for (auto e = static_cast<std::size_t>(at) % stride; e < kErrors.size();
             e += stride)
          fail_at(index, at, kErrors[e], tally);
      });
  if (!allowed) {
    WARN("skipped: no system call can be stopped here");
    return;
  }
  test::figure("9 errors at every system call of 9 operations",
               "pairs=" + std::to_string(tally.pairs) +
                   " survived=" + std::to_string(tally.survived) +
                   " told=" + std::to_string(tally.pairs - tally.survived) +
                   " leaked=" + std::to_string(tally.leaked) +
                   " wrong state=" + std::to_string(tally.wrong));
}
