#include "provider/client/directory.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "tests/provider/client/world.h"
#include "tests/support/catch.h"

using namespace berth;
using namespace berth::test;
using provider::Change;
using provider::Directory;

namespace {

// A dead record: published by a process that ended without withdrawing it.
void crash(World& world, const std::string& name) {
  world.io.notify_fork(asio::io_context::fork_prepare);
  const pid_t child = ::fork();
  if (child == 0) {
    auto kept = world.registry.announce(make_record(name, 9), nullptr);
    ::_exit(kept ? 0 : 1);
  }
  world.io.notify_fork(asio::io_context::fork_parent);
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(status == 0);
}

std::unique_ptr<registry::Registration> publish(World& world,
                                                registry::Record record) {
  auto published = world.registry.announce(record, nullptr);
  REQUIRE(published.has_value());
  return std::move(*published);
}

}  // namespace

TEST_CASE("the directory lists the wallets that run, without their tokens",
          "[provider]") {
  World world;
  Directory directory(world.registry);
  crash(world, "carol");
  auto bob_record = make_record("bob", 8767);
  bob_record.token.clear();
  bob_record.level = 0;
  auto bob = publish(world, bob_record);
  auto alice_record = make_record("alice", 8766);
  alice_record.title = "Alice";
  alice_record.chain_id = "0x1";
  auto alice = publish(world, alice_record);
  auto manager_record = make_record("@berthd", 18765);
  manager_record.kind = registry::Kind::manager;
  auto manager = publish(world, manager_record);

  auto list = directory.list();

  REQUIRE(list.has_value());
  REQUIRE(list->size() == 2);
  CHECK(list->at(0).name == "alice");
  CHECK(list->at(0).title == "Alice");
  CHECK(list->at(0).chain_id == "0x1");
  CHECK(list->at(0).url == "http://127.0.0.1:8766");
  CHECK(list->at(0).ws_url == "ws://127.0.0.1:8766");
  CHECK(list->at(0).can_prove);
  CHECK(list->at(1).name == "bob");
  CHECK(!list->at(1).can_prove);
  CHECK(directory.record("alice")->token == alice_record.token);
  CHECK(directory.record("@berthd")->endpoint.port == 18765);
  CHECK(!directory.find("@berthd"));
}

TEST_CASE("what does not run is told with how to start it", "[provider]") {
  World world;
  Directory directory(world.registry);
  crash(world, "carol");

  auto crashed = directory.find("carol");
  auto missing = directory.find("dave");

  REQUIRE(!crashed);
  CHECK(crashed.error().code == Errc::not_found);
  CHECK(crashed.error().message ==
        "no such running instance, it crashed: carol");
  REQUIRE(!missing);
  CHECK(missing.error().code == Errc::not_found);
  CHECK(missing.error().message == "no such running instance: dave");
  CHECK(missing.error().hint == "start it: berth start dave");
}

TEST_CASE("a record that cannot be read is told as such", "[provider]") {
  World world;
  Directory directory(world.registry);
  auto alice = publish(world, make_record("alice", 8766));
  std::filesystem::permissions(world.home / "instances" / "alice.json",
                               std::filesystem::perms(0644));
  auto found = directory.find("alice");
  REQUIRE(!found);
  CHECK(found.error().code == Errc::failed);
  CHECK(found.error().message.find("mode is not 0600") != std::string::npos);
}

TEST_CASE("the watch tells who comes, changes and goes, a crash once",
          "[provider]") {
  World world;
  Directory directory(world.registry);
  auto alice = publish(world, make_record("alice", 8766));
  std::vector<Change> changes;
  auto watch =
      directory.watch([&](const Change& change) { changes.push_back(change); });
  REQUIRE(watch.has_value());
  const auto next = [&] {
    run_until(world.io, [&] { return !changes.empty(); });
    const Change change = changes.front();
    changes.erase(changes.begin());
    return change;
  };

  CHECK(next().what == Change::What::added);
  auto changed = alice->record();
  changed.title = "Alice";
  REQUIRE(alice->change(changed).has_value());
  const auto second = next();
  CHECK(second.what == Change::What::changed);
  CHECK(second.instance.title == "Alice");
  crash(world, "bob");
  // Whether it was seen alive is a race; if so, its end is told as well.
  REQUIRE(world.registry.reap("bob").has_value());
  REQUIRE(alice->withdraw().has_value());
  int balance = 0;
  for (Change change = next(); change.instance.name != "alice"; change = next())
    balance += change.what == Change::What::added ? 1 : -1;
  CHECK(balance == 0);
  CHECK(changes.empty());
}

TEST_CASE("a crash is a removal, and reaping it afterwards is no news",
          "[provider]") {
  World world;
  Directory directory(world.registry);
  std::vector<Change> changes;
  auto watch =
      directory.watch([&](const Change& change) { changes.push_back(change); });
  REQUIRE(watch.has_value());
  run_ready(world.io);
  std::array<int, 2> end{};
  REQUIRE(::pipe(end.data()) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(end[1]);
    auto kept = world.registry.announce(make_record("bob", 9), nullptr);
    char byte = 0;
    ::_exit(kept && ::read(end[0], &byte, 1) == 0 ? 0 : 1);
  }
  ::close(end[0]);
  run_until(world.io, [&] { return changes.size() == 1; });
  CHECK(changes[0].what == Change::What::added);
  ::close(end[1]);
  ::waitpid(child, nullptr, 0);
  run_until(world.io, [&] { return changes.size() == 2; });
  CHECK(changes[1].what == Change::What::removed);
  CHECK(changes[1].instance.name == "bob");

  REQUIRE(world.registry.reap("bob").has_value());
  auto carol = publish(world, make_record("carol", 9));
  run_until(world.io, [&] { return changes.size() == 3; });
  CHECK(changes[2].instance.name == "carol");
}
