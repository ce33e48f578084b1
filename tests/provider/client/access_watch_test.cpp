#include "provider/client/access_watch.h"

#include "tests/support/catch.h"
#include "tests/support/fake_instance.h"
#include "tests/support/fake_timers.h"
#include "tests/support/io.h"
#include "tests/support/memory_registry.h"

using namespace berth;
using namespace berth::provider;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

std::string access(int revision, const json& approvals) {
  return json{{"revision", revision},
              {"approvals", approvals},
              {"grants", json::array()}}
      .dump();
}

struct World {
  asio::io_context io;
  test::FakeTimers timers;
  test::MemoryRegistry registry{io.get_executor()};
  test::FakeInstance bob{io, registry, "bob"};
  int changes = 0;
  std::vector<json> questions;
  AccessWatch watch{io.get_executor(), timers, [this] { ++changes; },
                    [this](const std::string& profile, const json& question) {
                      CHECK(profile == "bob");
                      questions.push_back(question);
                    },
                    /*check_peers=*/true};
  ~World() { test::await(io, watch.stop()); }

  // Until that is so, and everything that follows without time.
  void run_to(const std::function<bool()>& reached) {
    test::run_until(io, reached);
    test::run_ready(io);
  }
};

}  // namespace

TEST_CASE("questions are told once, and what is none is left out",
          "[gateway]") {
  World w;
  const json good{{"id", "a"}, {"kind", "message"}, {"origin", nullptr}};
  w.bob.answer_http(
      200, access(1, {good, "x", 7, nullptr, json::array(),
                      {{"id", 7}, {"kind", "message"}, {"origin", nullptr}},
                      {{"id", "b"}, {"kind", 7}, {"origin", nullptr}},
                      {{"id", "c"}, {"kind", "message"}, {"origin", 7}}}));
  w.watch.watch({w.bob.record()});
  w.run_to([&] { return w.changes == 1; });
  CHECK(w.watch.of("bob").approvals == json::array({good}));
  w.bob.answer_http(200, access(2, json::array({good})));
  w.timers.advance(100ms);
  w.run_to([&] { return w.changes == 2; });
  CHECK(w.questions == std::vector<json>{good});
}

TEST_CASE("an instance that answers without an end keeps nobody busy",
          "[gateway]") {
  World w;
  w.bob.answer_http(200, access(1, json::array()));
  w.watch.watch({w.bob.record()});
  w.run_to([&] { return w.changes == 1; });
  CHECK(w.bob.connections() == 1);
  w.timers.advance(100ms);
  w.run_to([&] { return w.bob.connections() == 2; });
  // Asked for what comes after revision 1, it said that again.
  w.timers.advance(1999ms);
  test::run_ready(w.io);
  CHECK(w.bob.connections() == 2);
  CHECK(w.changes == 1);
  w.timers.advance(1ms);
  w.run_to([&] { return w.bob.connections() == 3; });
}

TEST_CASE("an instance whose record goes and comes back is watched once",
          "[gateway]") {
  World w;
  w.bob.answer_http(200, access(1, json::array()));
  w.watch.watch({w.bob.record()});
  w.run_to([&] { return w.changes == 1; });
  w.watch.watch({});
  CHECK(w.watch.all().empty());
  w.watch.watch({w.bob.record()});
  w.run_to([&] { return w.changes == 3; });
  CHECK(w.bob.connections() == 2);
  w.timers.advance(100ms);
  w.run_to([&] { return w.bob.connections() == 3; });
  CHECK(w.bob.connections() == 3);
}
