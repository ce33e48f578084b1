// What every Registry promises, whatever keeps its records.
#include <boost/asio/io_context.hpp>
#include <map>

#include "registry/file_registry.h"
#include "tests/registry/support/owner_process.h"
#include "tests/registry/support/records.h"
#include "tests/support/catch.h"
#include "tests/support/memory_registry.h"

using namespace berth;
using namespace berth::registry;
using berth::test::sample_record;
namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// A registry, its loop, and owners elsewhere that can be made to crash.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual Registry& registry() = 0;
  virtual void start_elsewhere(const std::string& name) = 0;
  virtual void crash(const std::string& name) = 0;

  asio::io_context io{1};

  // Runs the loop until `done`; false: it did not come within 5 s.
  template <class Done>
  bool run_until(Done done) {
    const auto end = std::chrono::steady_clock::now() + 5s;
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      io.restart();
      io.run_one_for(10ms);
    }
    return true;
  }
};

class FileSubject : public Subject {
 public:
  Registry& registry() override { return files_; }
  void start_elsewhere(const std::string& name) override {
    owners_[name] =
        std::make_unique<test::OwnerProcess>(home_.path() / "run", name);
  }
  void crash(const std::string& name) override {
    owners_.at(name)->kill_hard();
    owners_.erase(name);
  }

 private:
  test::TempDir home_;
  AsioTimers timers_{io.get_executor()};
  FileRegistry files_{home_.path() / "run", io.get_executor(), timers_};
  std::map<std::string, std::unique_ptr<test::OwnerProcess>> owners_;
};

class MemorySubject : public Subject {
 public:
  Registry& registry() override { return memory_; }
  void start_elsewhere(const std::string& name) override {
    owners_[name] = memory_.announce(sample_record(name), nullptr).value();
  }
  void crash(const std::string& name) override {
    memory_.crash(name);
    owners_.erase(name);
  }

 private:
  test::MemoryRegistry memory_{io.get_executor()};
  std::map<std::string, std::unique_ptr<Registration>> owners_;
};

std::unique_ptr<Subject> make_subject() {
  const bool files = GENERATE(true, false);
  INFO((files ? "FileRegistry" : "MemoryRegistry"));
  if (files) return std::make_unique<FileSubject>();
  return std::make_unique<MemorySubject>();
}

// "added alice", "crashed bob", ...
std::string text_of(const Event& event) {
  return std::string(to_string(event.what)) + " " + event.entry.name;
}

std::vector<std::string> names_of(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  for (const auto& entry : entries) names.push_back(entry.name);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a registry in which nothing was ever published is empty",
          "[contract]") {
  auto subject = make_subject();
  CHECK(subject->registry().list().value().empty());
  CHECK(subject->registry().find("alice").error().code == Errc::not_found);
  CHECK(subject->registry().reap("alice").value() == false);
}

TEST_CASE("what is announced is found until it is withdrawn", "[contract]") {
  auto subject = make_subject();
  auto& registry = subject->registry();
  const auto record = sample_record("bob");
  auto bob = registry.announce(record, nullptr);
  auto alice = registry.announce(sample_record("alice"), nullptr);
  REQUIRE(bob);
  REQUIRE(alice);
  CHECK((*bob)->record() == record);
  CHECK(names_of(registry.list().value()) == Names{"alice", "bob"});
  auto found = registry.find("bob");
  REQUIRE(found);
  CHECK(found->liveness == Liveness::alive);
  CHECK(found->record == record);
  CHECK(found->problem.empty());

  CHECK((*bob)->withdraw());
  CHECK(registry.find("bob").error().code == Errc::not_found);
  CHECK((*bob)->withdraw());
  alice->reset();
  CHECK(registry.list().value().empty());
}

TEST_CASE("a withdrawn registration touches nothing any more", "[contract]") {
  auto subject = make_subject();
  auto& registry = subject->registry();
  auto first = registry.announce(sample_record("alice"), nullptr);
  REQUIRE(first);
  REQUIRE((*first)->withdraw());
  CHECK(!(*first)->change(sample_record("alice")));
  CHECK(registry.list().value().empty());
  auto second = registry.announce(sample_record("alice"), nullptr);
  REQUIRE(second);
  CHECK((*first)->withdraw());
  first->reset();
  CHECK(registry.find("alice").value().record == (*second)->record());
}

TEST_CASE("a name with a living owner is not given twice", "[contract]") {
  auto subject = make_subject();
  subject->start_elsewhere("alice");
  const auto before = subject->registry().find("alice").value();
  auto second =
      subject->registry().announce(sample_record("alice", 9000), nullptr);
  REQUIRE(!second);
  CHECK(second.error().code == Errc::already_running);
  CHECK_THAT(second.error().message, Catch::Contains("alice"));
  CHECK(subject->registry().find("alice").value() == before);
  CHECK(subject->registry().reap("alice").value() == false);
}

TEST_CASE("a crashed owner leaves a dead record that the next one takes over",
          "[contract]") {
  auto subject = make_subject();
  auto& registry = subject->registry();
  subject->start_elsewhere("alice");
  const auto alive = registry.find("alice").value();
  CHECK(alive.liveness == Liveness::alive);
  subject->crash("alice");
  auto dead = registry.find("alice");
  REQUIRE(dead);
  CHECK(dead->liveness == Liveness::dead);
  CHECK(dead->record == alive.record);
  auto next = registry.announce(sample_record("alice"), nullptr);
  REQUIRE(next);
  CHECK(registry.find("alice").value().record == (*next)->record());
  CHECK(registry.list().value().size() == 1);
}

TEST_CASE("only a dead record is reaped", "[contract]") {
  auto subject = make_subject();
  auto& registry = subject->registry();
  subject->start_elsewhere("alice");
  subject->start_elsewhere("bob");
  subject->crash("alice");
  CHECK(registry.reap("../run/alice").value() == false);
  CHECK(registry.reap("alice").value() == true);
  CHECK(registry.reap("alice").value() == false);
  CHECK(registry.reap("bob").value() == false);
  CHECK(names_of(registry.list().value()) == Names{"bob"});
}

TEST_CASE("a change replaces the record as a whole", "[contract]") {
  auto subject = make_subject();
  auto& registry = subject->registry();
  auto alice = registry.announce(sample_record("alice"), nullptr);
  REQUIRE(alice);
  Record record = (*alice)->record();
  record.title = "Alice";
  record.state = State::locked;
  REQUIRE((*alice)->change(record));
  CHECK((*alice)->record() == record);
  CHECK(registry.find("alice").value().record == record);

  Record renamed = record;
  renamed.name = "bob";
  CHECK((*alice)->change(renamed).error().code == Errc::invalid);
  Record wrong = record;
  wrong.endpoint.port = 0;
  CHECK((*alice)->change(wrong).error().code == Errc::invalid);
  CHECK((*alice)->record() == record);
  CHECK(registry.find("alice").value().record == record);
  CHECK(names_of(registry.list().value()) == Names{"alice"});
}

TEST_CASE("an invalid record is not announced", "[contract]") {
  auto subject = make_subject();
  Record record = sample_record("alice");
  record.extra = "no JSON";
  auto announced = subject->registry().announce(record, nullptr);
  REQUIRE(!announced);
  CHECK(announced.error().code == Errc::invalid);
  CHECK(subject->registry().list().value().empty());
}

TEST_CASE("a watch tells the present state and then every change",
          "[contract]") {
  auto subject = make_subject();
  auto& registry = subject->registry();
  subject->start_elsewhere("alice");
  subject->start_elsewhere("dead");
  subject->crash("dead");
  Names told;
  Entry last;
  auto watch = registry.watch([&](const Event& event) {
    told.push_back(text_of(event));
    last = event.entry;
  });
  REQUIRE(watch);
  CHECK(told.empty());
  const auto told_next = [&](const std::string& text) {
    const bool came = subject->run_until([&] { return !told.empty(); });
    CAPTURE(told);
    REQUIRE(came);
    CHECK(told.front() == text);
    told.erase(told.begin());
  };
  told_next("added alice");
  told_next("added dead");
  CHECK(last.liveness == Liveness::dead);

  auto bob = registry.announce(sample_record("bob"), nullptr);
  REQUIRE(bob);
  told_next("added bob");
  Record record = (*bob)->record();
  record.title = "Bob";
  REQUIRE((*bob)->change(record));
  told_next("changed bob");
  CHECK(last.record == record);
  subject->crash("alice");
  told_next("crashed alice");
  CHECK(last.liveness == Liveness::dead);
  auto alice = registry.announce(sample_record("alice"), nullptr);
  REQUIRE(alice);
  told_next("changed alice");
  CHECK(last.liveness == Liveness::alive);
  REQUIRE((*bob)->withdraw());
  told_next("removed bob");
  CHECK(last.record == record);
  REQUIRE(registry.reap("dead"));
  told_next("removed dead");
  CHECK(told.empty());
}

TEST_CASE("a watch may be ended from its own callback", "[contract]") {
  auto subject = make_subject();
  auto& registry = subject->registry();
  subject->start_elsewhere("alice");
  subject->start_elsewhere("bob");
  std::unique_ptr<Watch> watch;
  int told = 0;
  watch = registry
              .watch([&](const Event&) {
                ++told;
                watch.reset();
              })
              .value();
  Names others;
  auto other =
      registry.watch([&](const Event& e) { others.push_back(text_of(e)); });
  REQUIRE(subject->run_until([&] { return others.size() == 2; }));
  auto carol = registry.announce(sample_record("carol"), nullptr);
  REQUIRE(subject->run_until([&] { return others.size() == 3; }));
  CHECK(told == 1);
}

TEST_CASE("a watch that is ended before it told anything is silent",
          "[contract]") {
  auto subject = make_subject();
  subject->start_elsewhere("alice");
  int told = 0;
  auto watch = subject->registry().watch([&](const Event&) { ++told; });
  watch->reset();
  bool other = false;
  auto second = subject->registry().watch([&](const Event&) { other = true; });
  REQUIRE(subject->run_until([&] { return other; }));
  CHECK(told == 0);
}
