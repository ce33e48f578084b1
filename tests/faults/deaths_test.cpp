// A watcher of the registry learns of every death, one by one and all at once.
#include "tests/faults/support/figure.h"
#include "tests/faults/support/forked_owner.h"
#include "tests/faults/support/watching.h"
#include "tests/support/catch.h"
#include "tests/support/times.h"

using namespace berth;
using test::Names;
using Clock = test::Times::Clock;

namespace {

Names many(int count) {
  Names names;
  for (int i = 0; i < count; ++i) names.push_back("n" + std::to_string(i));
  return names;
}

// Kills all owners; how long until the last was told.
Clock::duration kill_all(test::Watching& watching, const Names& names,
                         const std::vector<test::ForkedOwner>& owners) {
  REQUIRE(watching.all_alive(names));
  const auto start = Clock::now();
  for (const auto& owner : owners) owner.kill();
  Clock::time_point told;
  REQUIRE(watching.all_dead(names, told));
  CHECK(watching.rescans() == 0);
  return told - start;
}

}  // namespace

TEST_CASE("a watcher misses none of many deaths", "[kill]") {
  test::TempDir home;
  test::Watching watching(home / "run");
  const test::ForkedOwner bob(home / "run", {"bob"});
  const int kills = test::rounds(100, 10'000);
  test::Times times;
  for (int i = 0; i < kills; ++i) {
    std::vector<test::ForkedOwner> owners;
    owners.emplace_back(home / "run", Names{"alice"});
    times.add(kill_all(watching, {"alice"}, owners));
    REQUIRE(watching.is_alive("bob"));
  }
  test::figure("kill -9 until a watcher is told",
               std::to_string(kills) + " kills, 0 missed; " + times.text());
}

TEST_CASE("a watcher learns of a thousand deaths in one process", "[kill]") {
  test::TempDir home;
  test::Watching watching(home / "run");
  const auto names = many(1000);
  const int runs = test::rounds(1, 20);
  test::Times times;
  for (int i = 0; i < runs; ++i) {
    std::vector<test::ForkedOwner> owners;
    owners.emplace_back(home / "run", names);
    times.add(kill_all(watching, names, owners));
  }
  test::figure("kill -9 of one process with 1,000 records, until all are told",
               std::to_string(runs) + " runs, 0 missed; " + times.text());
}

TEST_CASE("a watcher learns of many processes that die at once", "[kill]") {
  test::TempDir home;
  test::Watching watching(home / "run");
  const auto names = many(test::rounds(100, 1000));
  const int runs = test::rounds(1, 20);
  test::Times times;
  for (int i = 0; i < runs; ++i) {
    std::vector<test::ForkedOwner> owners;
    for (const auto& name : names)
      owners.emplace_back(home / "run", Names{name});
    times.add(kill_all(watching, names, owners));
  }
  test::figure("kill -9 of " + std::to_string(names.size()) +
                   " processes at once, until all are told",
               std::to_string(runs) + " runs, 0 missed; " + times.text());
}
