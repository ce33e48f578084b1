// The supervisor under fake time: real state files and claims, a registry in
// memory, and instances that are only told of.
#include "launcher/supervisor/supervisor.h"

#include <boost/asio/io_context.hpp>
#include <set>

#include "launcher/profile_store.h"
#include "registry/base/random.h"
#include "registry/claim.h"
#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"
#include "tests/support/io.h"
#include "tests/support/memory_registry.h"
#include "tests/support/temp_home.h"

using namespace berth;
using namespace berth::launcher;
using namespace std::chrono_literals;
using registry::ProfileState;
using registry::StartedBy;
using Want = ProfileState::Want;

namespace {

registry::Record record_of(const std::string& name) {
  registry::Record record;
  record.name = name;
  record.id = random_uuid();
  record.pid = 4711;
  record.started_at = "2026-01-02T03:04:05.678Z";
  record.endpoint.port = 8766;
  return record;
}

// Starts instances as berth-instance does: claim, state, record.
class World : public Starter {
 public:
  void profile(const std::string& name, RestartPolicy restart,
               bool autostart = false) {
    Profile profile;
    profile.restart = restart;
    profile.autostart = autostart;
    REQUIRE(store.create(name, profile));
  }

  void start(const std::string& name, Done done) override {
    started.push_back(name);
    boost::asio::post(io, [this, name, done = std::move(done)] {
      auto ran = run(name, StartedBy::berthd);
      done(ran ? Outcome<void>() : Outcome<void>(ran.error()));
    });
  }

  Result<void> run(const std::string& name, StartedBy by) {
    auto claim = registry::Claim::take(paths.claim_of(name));
    if (!claim) return claim.error();
    auto state = state_of(name);
    if (by == StartedBy::berthd && registry::is_stopped_by_user(state))
      return Error{Errc::failed, "was stopped meanwhile: " + name};
    note_start(state, by, timers.now());
    save(name, state);
    if (broken.contains(name)) return Error{Errc::failed, "no: " + name};
    owners.erase(name);
    owners.emplace(name, Owner{std::move(*claim),
                               registry.announce(record_of(name), {}).value()});
    return {};
  }

  void crash(const std::string& name) {
    registry.crash(name);
    owners.erase(name);
    look(name);
  }

  // As the instance does when it is asked to stop.
  void stop(const std::string& name) {
    auto state = state_of(name);
    state.want = Want::stopped;
    save(name, state);
    leave(name);
  }
  // It ends by itself, cleanly.
  void leave(const std::string& name) {
    owners.at(name).registration->withdraw().value();
    owners.erase(name);
    look(name);
  }

  void look(const std::string& name) {
    supervisor.look(name);
    test::run_ready(io);
  }
  void advance(Timers::Clock::duration delta) {
    timers.advance(delta);
    test::run_ready(io);
  }
  // In steps, so that what is posted at one time runs at that time.
  void advance_slowly(Timers::Clock::duration delta) {
    for (const auto end = timers.now() + delta; timers.now() < end;)
      advance(10ms);
  }

  ProfileState state_of(const std::string& name) const {
    return registry::read_profile_state(paths.state_file(name));
  }
  void save(const std::string& name, const ProfileState& state) {
    write_profile_state(paths.state_file(name), state).value();
  }
  bool runs(const std::string& name) const { return owners.contains(name); }

  struct Owner {
    registry::Claim claim;
    std::unique_ptr<registry::Registration> registration;
  };

  test::TempHome home;
  Paths paths = home.paths();
  ProfileStore store{paths};
  boost::asio::io_context io{1};
  test::FakeTimers timers;
  test::MemoryRegistry registry{io.get_executor()};
  std::map<std::string, Owner> owners;
  std::vector<std::string> started;
  std::set<std::string> broken;
  int failed = 0;
  Supervisor supervisor{paths, registry, timers, *this, [this] { ++failed; }};
};

}  // namespace

TEST_CASE("a crash is restarted after the first backoff, and not before",
          "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::on_failure);
  w.run("alice", StartedBy::start).value();
  w.advance(2min);
  w.crash("alice");
  w.advance(99ms);
  CHECK(w.started.empty());
  w.advance(1ms);
  CHECK(w.started == std::vector<std::string>{"alice"});
  CHECK(w.runs("alice"));
}

TEST_CASE("a stop by the user is never undone", "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::always);
  w.run("alice", StartedBy::start).value();
  SECTION("a clean one") { w.stop("alice"); }
  SECTION("one that comes while a restart is waiting") {
    w.crash("alice");
    auto state = w.state_of("alice");
    state.want = Want::stopped;
    w.save("alice", state);
  }
  SECTION("one that comes while a restart is on its way") {
    w.supervisor.look("alice");
    w.registry.crash("alice");
    w.owners.erase("alice");
    w.supervisor.look("alice");
    w.timers.advance(100ms);  // the starter was asked, and has not begun
    auto state = w.state_of("alice");
    state.want = Want::stopped;
    w.save("alice", state);
    test::run_ready(w.io);
    CHECK(w.started.size() == 1);
    w.started.clear();
  }
  w.advance_slowly(1min);
  w.supervisor.look_all();
  w.advance_slowly(1min);
  CHECK(w.started.empty());
  CHECK(!w.runs("alice"));
}

TEST_CASE("a clean end that nobody asked for is restarted by always alone",
          "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::always);
  w.profile("bob", RestartPolicy::on_failure);
  for (const char* name : {"alice", "bob"}) {
    w.run(name, StartedBy::start).value();
    w.leave(name);
  }
  w.advance(1s);
  CHECK(w.started == std::vector<std::string>{"alice"});
}

TEST_CASE("what berth run started is not restarted", "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::always);
  w.run("alice", StartedBy::run).value();
  w.crash("alice");
  w.advance(1min);
  CHECK(w.started.empty());
}

TEST_CASE("a crash loop ends in failed, and only the user ends that",
          "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::on_failure);
  w.run("alice", StartedBy::start).value();
  while (w.runs("alice")) {
    w.crash("alice");
    w.supervisor.ended("alice", "signal 11");
    w.advance_slowly(2s);
  }
  const auto failed = w.state_of("alice");
  CHECK(failed.failed_reason == "5 starts in 10 s");
  CHECK(failed.last_exit == "signal 11");
  CHECK(w.failed == 1);
  const auto starts = w.started.size();
  CHECK(starts == 4);
  for (int i = 0; i < 720; ++i) {
    w.supervisor.look_all();
    w.advance(5s);
  }
  CHECK(w.started.size() == starts);
  w.run("alice", StartedBy::start).value();
  CHECK(w.state_of("alice").failed_reason.empty());
  w.crash("alice");
  w.advance(100ms);
  CHECK(w.started.size() == starts + 1);
}

TEST_CASE("an hour of short lives costs a start each half minute",
          "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::on_failure);
  w.run("alice", StartedBy::start).value();
  const auto end = w.timers.now() + 1h;
  while (w.timers.now() < end) {
    w.advance_slowly(3s);
    if (!w.runs("alice")) continue;
    w.crash("alice");
  }
  CHECK(w.state_of("alice").failed_reason.empty());
  // 100 ms to 25.6 s take a minute and a half; then one in some 35 s.
  CHECK(w.started.size() > 100);
  CHECK(w.started.size() < 130);
}

TEST_CASE("another supervisor goes on where the first one was killed",
          "[supervisor]") {
  World w;
  for (const char* name : {"alice", "bob", "carol"})
    w.profile(name, RestartPolicy::on_failure);
  for (const char* name : {"alice", "bob", "carol"})
    w.run(name, StartedBy::start).value();
  // While nobody looked: alice crashed, bob was stopped.
  w.registry.crash("alice");
  w.owners.erase("alice");
  auto state = w.state_of("bob");
  state.want = Want::stopped;
  w.save("bob", state);
  w.owners.erase("bob");
  Supervisor next(w.paths, w.registry, w.timers, w, [] {});
  next.autostart();
  w.advance(100ms);
  CHECK(w.started == std::vector<std::string>{"alice"});
}

TEST_CASE("autostart starts once, and leaves to the policy what comes then",
          "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::no, true);
  w.profile("bob", RestartPolicy::no, false);
  w.profile("carol", RestartPolicy::no, true);
  auto state = w.state_of("carol");
  state.want = Want::stopped;
  w.save("carol", state);
  w.supervisor.autostart();
  w.advance(0s);
  CHECK(w.started == std::vector<std::string>{"alice"});
  w.crash("alice");
  w.supervisor.look_all();
  w.advance(1min);
  CHECK(w.started.size() == 1);
}

TEST_CASE("a start that fails is tried again with the backoff, and given up",
          "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::on_failure);
  w.run("alice", StartedBy::start).value();
  w.broken.insert("alice");
  w.crash("alice");
  w.advance_slowly(1min);
  CHECK(w.started.size() == 4);
  CHECK(w.state_of("alice").failed_reason == "5 starts in 10 s");
  CHECK(w.state_of("alice").last_exit == "no: alice");
}

TEST_CASE("where nothing can be written it still does not start in a loop",
          "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::on_failure);
  w.run("alice", StartedBy::start).value();
  w.registry.crash("alice");
  w.owners.erase("alice");
  // As on a full disk: every start fails, and none is counted in the file.
  class Full : public Starter {
   public:
    explicit Full(World& world) : w(world) {}
    void start(const std::string& name, Done done) override {
      ++starts;
      boost::asio::post(w.io, [done = std::move(done), name] {
        done(Error{Errc::no_space, "no space left: " + name});
      });
    }
    World& w;
    int starts = 0;
  } full(w);
  Supervisor supervisor(w.paths, w.registry, w.timers, full, [] {});
  supervisor.look("alice");
  w.advance_slowly(10min);
  // 10 minutes: ten starts of the backoff's way up, then one each 30 s.
  CHECK(full.starts > 20);
  CHECK(full.starts < 35);
}

TEST_CASE("a profile that somebody starts or stops is left alone",
          "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::always);
  w.run("alice", StartedBy::start).value();
  w.crash("alice");
  {
    auto claim = registry::Claim::take(w.paths.claim_of("alice")).value();
    w.advance(1s);
    CHECK(w.started.empty());
  }
  w.supervisor.look_all();  // the next round finds it
  w.advance(1s);
  CHECK(w.started.size() == 1);
}

TEST_CASE("a claim that is freed after the record is looked at again at once",
          "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::on_failure);
  w.run("alice", StartedBy::start).value();
  w.registry.crash("alice");
  w.look("alice");
  w.advance(4ms);
  w.owners.erase("alice");
  w.advance_slowly(120ms);
  CHECK(w.started.size() == 1);
}

TEST_CASE("a claim that is held for long does not keep the supervisor awake",
          "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::on_failure);
  const auto claim = registry::Claim::take(w.paths.claim_of("alice")).value();
  w.look("alice");
  CHECK(w.timers.pending() == 1);
  w.advance(2s);
  CHECK(w.timers.pending() == 0);
}

TEST_CASE("looking again and again does not put a restart off", "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::on_failure);
  w.run("alice", StartedBy::start).value();
  w.crash("alice");
  for (int i = 0; i < 5; ++i) {
    w.supervisor.look_all();
    w.advance(20ms);
  }
  CHECK(w.started.size() == 1);
}

TEST_CASE("a start that is on its way is not made twice", "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::on_failure);
  w.run("alice", StartedBy::start).value();
  w.crash("alice");
  w.timers.advance(100ms);  // the starter was asked, and has not begun
  for (int i = 0; i < 3; ++i) {
    w.supervisor.look("alice");
    w.timers.advance(5s);
  }
  CHECK(w.started.size() == 1);
}

TEST_CASE("a profile that was removed is not started", "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::always);
  w.run("alice", StartedBy::start).value();
  w.crash("alice");
  std::filesystem::remove(w.paths.profile_file("alice"));
  w.advance(1s);
  CHECK(w.started.empty());
}

TEST_CASE("how a run ended is kept in its state", "[supervisor]") {
  World w;
  w.profile("alice", RestartPolicy::no);
  w.run("alice", StartedBy::berthd).value();
  w.registry.crash("alice");
  w.owners.erase("alice");
  w.supervisor.ended("alice", "signal 9");
  CHECK(w.state_of("alice").last_exit == "signal 9");
}
