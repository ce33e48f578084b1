// A watch whose notices are lost, whose directory goes, or that gets no
// notices at all: within a second it knows again what is there.
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <fstream>
#include <map>

#include "registry/file_registry.h"
#include "tests/faults/support/figure.h"
#include "tests/registry/support/owner_process.h"
#include "tests/registry/support/records.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::registry;
using namespace std::chrono_literals;
using berth::test::OwnerProcess;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

namespace {

// A watcher in this process, in real time.
class Watching {
 public:
  explicit Watching(const fs::path& run)
      : files_(run, io_.get_executor(), timers_),
        watch_(
            files_.watch([this](const Event& event) { note(event); }).value()) {
    io_.run_for(50ms);
  }

  // How long until it knows `name` as said, or not at all; 5 s: never.
  Clock::duration until(const std::string& name, bool there) {
    const auto start = Clock::now();
    while (known_.count(name) != (there ? 1U : 0U) && Clock::now() - start < 5s)
      io_.run_one_for(10ms);
    return Clock::now() - start;
  }
  [[nodiscard]] int rescans() const { return rescans_; }
  [[nodiscard]] FileRegistry& files() { return files_; }

 private:
  void note(const Event& event) {
    if (event.what == Event::What::rescanning)
      ++rescans_;
    else if (event.what == Event::What::removed)
      known_.erase(event.entry.name);
    else
      known_[event.entry.name] = event.entry.liveness;
  }

  boost::asio::io_context io_{1};
  AsioTimers timers_{io_.get_executor()};
  FileRegistry files_;
  std::map<std::string, Liveness> known_;
  int rescans_ = 0;
  std::unique_ptr<Watch> watch_;
};

class Slowest {
 public:
  void add(Clock::duration took) {
    CHECK(took < 2s);
    slowest_ = std::max(slowest_, took);
  }
  void print(const std::string& what, int times) const {
    test::figure(what, "times=" + std::to_string(times) +
                           " slowest=" + std::to_string(slowest_ / 1ms) + "ms");
  }

 private:
  Clock::duration slowest_{};
};

void overflow(const fs::path& run) {
  std::ifstream in("/proc/sys/fs/inotify/max_queued_events");
  int limit = 16384;
  in >> limit;
  for (int i = 0; i < limit / 2 + 100; ++i) {
    test::write_text(run / "junk", "");
    fs::remove(run / "junk");
  }
}

}  // namespace

TEST_CASE("a watch that lost notices knows all within a second", "[watch]") {
  const test::TempDir home;
  Watching watching(home.path());
  Slowest slowest;
  const int times = test::rounds(3, 100);
  for (int i = 0; i < times; ++i) {
    overflow(home.path());
    test::write_dead_record(home.path(), "alice");  // its notice is lost
    slowest.add(watching.until("alice", true));
    fs::remove(home / "alice.json");
    slowest.add(watching.until("alice", false));
  }
  CHECK(watching.rescans() >= times);
  slowest.print("a watch whose notices overflow", times);
}

TEST_CASE("a watch whose directory goes and comes knows all within a second",
          "[watch]") {
  const test::TempDir home;
  const auto run = home / "run";
  Watching watching(run);
  Slowest slowest;
  const int times = test::rounds(20, 100);
  for (int i = 0; i < times; ++i) {
    test::write_dead_record(run, "alice");
    slowest.add(watching.until("alice", true));
    if (i % 2 == 0)
      fs::remove_all(run);
    else
      fs::rename(run, home / ("moved" + std::to_string(i)));
    slowest.add(watching.until("alice", false));
  }
  CHECK(watching.rescans() >= times);
  slowest.print("a watch whose directory is removed or moved", times);
}

TEST_CASE("who reads a registry keeps no watcher from seeing its directory go",
          "[watch]") {
  const test::TempDir home;
  const auto run = home / "run";
  Watching watching(run);
  Slowest slowest;
  test::write_dead_record(run, "alice");
  slowest.add(watching.until("alice", true));
  REQUIRE(watching.files().find("alice"));
  fs::remove_all(run);
  slowest.add(watching.until("alice", false));
  test::write_dead_record(run, "bob");
  slowest.add(watching.until("bob", true));
}

TEST_CASE("a watch without inotify says so and knows all within a second",
          "[watch]") {
  const test::TempDir home;
  OwnerProcess watcher(OwnerProcess::Words{"--fail", "inotify_init1=24",
                                           home.path().string(), "--watch"});
  REQUIRE(watcher.line() == "ready");
  REQUIRE(watcher.line() == "rescanning ");
  Slowest slowest;
  const int times = test::rounds(2, 100);
  const auto expect = [&](const std::string& said) {
    const auto start = Clock::now();
    CHECK(watcher.line() == said);
    slowest.add(Clock::now() - start);
  };
  for (int i = 0; i < times; ++i) {
    test::write_dead_record(home.path(), "alice");
    expect("added alice");
    fs::remove(home / "alice.json");
    expect("removed alice");
  }
  slowest.print("a watch where no inotify instance is left", times);
}
