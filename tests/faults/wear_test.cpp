// What a hundred thousand records that come and go leave in the processes that
// publish and watch them: nothing.
#include <atomic>
#include <fstream>
#include <thread>

#include "tests/faults/support/figure.h"
#include "tests/registry/support/owner_process.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

using namespace berth;
namespace fs = std::filesystem;

namespace {

// What a process holds.
struct Holding {
  long descriptors = 0;
  long locks = 0;
  long memory_kb = 0;
};

long count_locks(const fs::path& descriptor) {
  std::ifstream in(descriptor);
  long count = 0;
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("lock:")) ++count;
  return count;
}

Holding holding_of(const test::OwnerProcess& process) {
  const fs::path proc = fs::path("/proc") / std::to_string(process.pid());
  Holding holding;
  for (const auto& descriptor : fs::directory_iterator(proc / "fdinfo")) {
    ++holding.descriptors;
    holding.locks += count_locks(descriptor.path());
  }
  long pages = 0, resident = 0;
  std::ifstream(proc / "statm") >> pages >> resident;
  holding.memory_kb = resident * ::sysconf(_SC_PAGESIZE) / 1024;
  return holding;
}

// ASan keeps what was freed for a while: here it does not.
test::OwnerProcess::Words frugal() {
  const char* given = std::getenv("ASAN_OPTIONS");
  return {std::string("ASAN_OPTIONS=") + (given ? given : "") +
          ":quarantine_size_mb=0:thread_local_quarantine_size_kb=0"};
}

// A watch in a process of its own, whose events are counted as they come.
class Watcher {
 public:
  explicit Watcher(const fs::path& directory)
      : process_({directory.string(), "--watch"}, frugal()) {
    REQUIRE(process_.line() == "ready");
    reader_ = std::jthread([this] {
      while (!process_.line().empty()) ++events_;
    });
  }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  ~Watcher() { process_.signal(SIGKILL); }  // ends the reader too

  [[nodiscard]] Holding holding() const { return holding_of(process_); }
  [[nodiscard]] int events() const { return events_; }

 private:
  test::OwnerProcess process_;
  std::atomic<int> events_ = 0;
  std::jthread reader_;
};

void wear(test::OwnerProcess& owner, int rounds) {
  constexpr int kAtOnce = 50;  // an answer is waited for for 10 s
  for (int done = 0; done < rounds; done += kAtOnce)
    REQUIRE(owner.ask("wear " + std::to_string(kAtOnce)) == "done");
}

std::string check_flat(const Holding& before, const Holding& after) {
  CHECK(after.descriptors == before.descriptors);
  CHECK(after.locks == before.locks);
  CHECK(after.memory_kb - before.memory_kb < 1024);
  return std::to_string(after.descriptors) + " descriptors (" +
         std::to_string(before.descriptors) + " before), " +
         std::to_string(after.locks) + " locks (" +
         std::to_string(before.locks) + "), " +
         std::to_string(after.memory_kb) + " kB (" +
         std::to_string(before.memory_kb) + ")";
}

}  // namespace

TEST_CASE("records and claims that come and go leave nothing in a process",
          "[wear]") {
  test::TempDir home;
  test::OwnerProcess owner({(home / "run").string(), "alice"}, frugal());
  REQUIRE(owner.line() == "ready");
  const Watcher watcher(home / "run");
  // Most of the time goes to the kernel, where an inotify instance is closed.
  const int rounds = test::rounds(500, 100'000);
  wear(owner, rounds / 10);
  const auto owned = holding_of(owner);
  const auto watched = watcher.holding();
  const int seen = watcher.events();
  wear(owner, rounds);
  CHECK(watcher.events() > seen + rounds / 2);
  const std::string what =
      std::to_string(rounds) + " times claim, publish, change, withdraw: ";
  test::figure(what + "the owner", check_flat(owned, holding_of(owner)));
  test::figure(what + "a watcher", check_flat(watched, watcher.holding()));
}
