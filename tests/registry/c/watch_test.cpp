// Watching through berth.h by a descriptor.
#include "tests/registry/c/support.h"

using namespace berth::test;
using namespace berth::test::c;

namespace {

struct Fixture {
  TempDir home;
  std::filesystem::path directory = home / "run";
  Registry registry = open(directory);
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a watch tells what is there, then what happens",
                 "[c]") {
  OwnerProcess alice(directory, "alice");
  OwnerProcess bob(directory, "bob");
  bob.kill_hard();
  const auto seen = watch(registry);
  CHECK(next(seen) == "added alice");
  CHECK(next(seen) == "added bob");

  CHECK(alice.ask("change other") == "done");
  CHECK(next(seen) == "changed alice");
  alice.kill_hard();
  CHECK(next(seen) == "died alice");
  OwnerProcess again(directory, "alice");
  CHECK(next(seen) == "changed alice");
  CHECK(again.ask("withdraw") == "done");
  CHECK(next(seen) == "removed alice");
}

TEST_CASE_METHOD(Fixture, "an event comes with its record", "[c]") {
  OwnerProcess alice(directory, "alice", 8801);
  const auto seen = watch(registry);
  REQUIRE(readable(berth_watch_fd(seen.get()), 10000));
  berth_event event = BERTH_NOTHING;
  const berth_record* record = nullptr;
  REQUIRE(berth_watch_next(seen.get(), &event, &record, nullptr) == BERTH_OK);
  REQUIRE(event == BERTH_ADDED);
  CHECK(berth_record_number(record, BERTH_KEY_PORT) == 8801);
  CHECK(berth_record_liveness(record) == BERTH_ALIVE);
}

TEST_CASE_METHOD(Fixture, "a watch that has told all is not readable", "[c]") {
  OwnerProcess alice(directory, "alice");
  const auto seen = watch(registry);
  REQUIRE(next(seen) == "added alice");
  berth_event event = BERTH_ADDED;
  const berth_record* record = nullptr;
  REQUIRE(berth_watch_next(seen.get(), &event, &record, nullptr) == BERTH_OK);
  CHECK(event == BERTH_NOTHING);
  CHECK(record == nullptr);
  CHECK_FALSE(readable(berth_watch_fd(seen.get()), 0));
}

TEST_CASE_METHOD(Fixture, "who comes late is told the difference", "[c]") {
  OwnerProcess alice(directory, "alice");
  const auto seen = watch(registry);
  REQUIRE(next(seen) == "added alice");
  // A second watch shows that all of it has reached the library's thread.
  const auto other = watch(registry);
  REQUIRE(next(other) == "added alice");

  CHECK(alice.ask("change one") == "done");
  REQUIRE(next(other) == "changed alice");
  CHECK(alice.ask("change two") == "done");
  REQUIRE(next(other) == "changed alice");
  {
    OwnerProcess bob(directory, "bob");
    REQUIRE(next(other) == "added bob");
    CHECK(bob.ask("withdraw") == "done");
    REQUIRE(next(other) == "removed bob");
  }
  OwnerProcess carol(directory, "carol");
  REQUIRE(next(other) == "added carol");

  CHECK(next(seen) == "changed alice");
  CHECK(next(seen) == "added carol");
}

TEST_CASE_METHOD(Fixture, "a directory that is replaced is scanned anew",
                 "[c]") {
  OwnerProcess alice(directory, "alice");
  const auto seen = watch(registry);
  REQUIRE(next(seen) == "added alice");
  std::filesystem::rename(directory, home / "away");
  CHECK(next(seen) == "rescanning");
}

TEST_CASE_METHOD(Fixture, "a watch on a registry that is closed says so",
                 "[c]") {
  const auto seen = watch(registry);
  registry.reset();
  CHECK(readable(berth_watch_fd(seen.get()), 0));
  berth_event event = BERTH_NOTHING;
  berth_error error;
  CHECK(berth_watch_next(seen.get(), &event, nullptr, &error) == BERTH_CLOSED);
  CHECK(std::string(error.message) == "the registry is closed");
}

TEST_CASE_METHOD(Fixture, "what is closed leaves no descriptor open", "[c]") {
  const auto count = [] {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  };
  const auto before = count();
  {
    const auto again = open(directory);
    const auto record = make_record("alice");
    const auto publication = publish(again, record);
    const auto seen = watch(again);
    CHECK(count() > before);
  }
  CHECK(count() == before);
}
