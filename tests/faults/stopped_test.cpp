// A stopped owner is alive, and nobody takes its name.
#include <atomic>
#include <thread>

#include "registry/record_publisher.h"
#include "registry/record_reader.h"
#include "tests/faults/support/figure.h"
#include "tests/registry/support/owner_process.h"
#include "tests/registry/support/records.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace std::chrono_literals;

namespace {

constexpr int kContenders = 8;

// Others who want alice's name, each on a thread of its own.
class Contenders {
 public:
  explicit Contenders(const std::filesystem::path& directory) {
    for (int i = 0; i < kContenders; ++i)
      threads_.emplace_back([this, directory](const std::stop_token& stop) {
        while (!stop.stop_requested()) contend(directory);
      });
  }

  // Until each may have tried since now.
  void wait_for_tries() const {
    for (const int enough = tries_ + 2 * kContenders; tries_ < enough;)
      std::this_thread::sleep_for(1ms);
  }
  [[nodiscard]] int tries() const { return tries_; }
  // Tries that were not told that it runs already.
  [[nodiscard]] int others() const { return others_; }

 private:
  void contend(const std::filesystem::path& directory) {
    const auto record = test::sample_record("alice", 9002);
    const auto file = registry::PublishedFile::publish(directory, record, 10s);
    if (file || file.error().code != Errc::already_running) ++others_;
    ++tries_;
    std::this_thread::sleep_for(1ms);
  }

  std::atomic<int> tries_ = 0;
  std::atomic<int> others_ = 0;
  std::vector<std::jthread> threads_;
};

void stop(const test::OwnerProcess& owner) {
  owner.signal(SIGSTOP);
  int status = 0;
  ::waitpid(owner.pid(), &status, WUNTRACED);
  REQUIRE(WIFSTOPPED(status));
}

}  // namespace

TEST_CASE("a stopped owner stays the owner against eight contenders",
          "[stop]") {
  test::TempDir home;
  test::OwnerProcess owner(home / "run", "alice");
  const int stops = test::rounds(50, 1000);
  const Contenders contenders(home / "run");
  for (int i = 0; i < stops; ++i) {
    stop(owner);
    contenders.wait_for_tries();
    const auto entry = registry::read_record(home / "run", "alice").value();
    CHECK(entry.liveness == registry::Liveness::alive);
    const auto reaped = registry::reap_record(home / "run", "alice", 10s);
    CHECK((reaped && !*reaped));
    owner.signal(SIGCONT);
    REQUIRE(owner.ask("change after stop") == "done");
  }
  CHECK(contenders.others() == 0);
  test::figure(
      "SIGSTOP of an owner, 8 contenders",
      std::to_string(stops) + " stops, " + std::to_string(contenders.tries()) +
          " tries to take its name: " + std::to_string(contenders.others()) +
          " not refused; it went on after each stop");
}
