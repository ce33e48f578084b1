// Learning of a death from the process itself, with real processes.
#include "launcher/supervisor/adoption.h"

#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <csignal>

#include "registry/base/process.h"
#include "registry/own_record.h"
#include "tests/support/catch.h"
#include "tests/support/io.h"

using namespace berth;
using namespace berth::launcher;

namespace {

struct World {
  boost::asio::io_context io{1};
  std::vector<std::string> gone;
  Adoption adoption{io.get_executor(),
                    [this](const std::string& name) { gone.push_back(name); }};
  pid_t pid = spawn_detached({{"/bin/sleep", "1000"}, {}, {}}).value();
  bool reaped = false;

  ~World() {
    if (!reaped) end();
    test::await(io, adoption.stop());
  }
  void end() {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    reaped = true;
  }
  registry::Entry entry() const {
    auto record = registry::own_record("alice");
    record.pid = pid;
    record.start_ticks = start_ticks_of(pid).value();
    return {"alice", registry::Liveness::alive, record, ""};
  }
};

}  // namespace

TEST_CASE("the end of an adopted process is told once", "[adoption]") {
  World w;
  const auto entry = w.entry();
  w.adoption.adopt(entry);
  w.adoption.adopt(entry);
  test::run_ready(w.io);
  CHECK(w.gone.empty());
  w.end();
  test::run_until(w.io, [&] { return !w.gone.empty(); });
  test::run_ready(w.io);
  CHECK(w.gone == std::vector<std::string>{"alice"});
}

TEST_CASE("a pid that is another process's by now is looked at again at once",
          "[adoption]") {
  World w;
  auto entry = w.entry();
  ++entry.record->start_ticks;
  w.adoption.adopt(entry);
  test::run_ready(w.io);
  CHECK(w.gone == std::vector<std::string>{"alice"});
}

TEST_CASE(
    "row 34: a pid of another namespace, and what does not live, is left "
    "alone",
    "[adoption]") {
  World w;
  auto entry = w.entry();
  SECTION("another namespace") { ++entry.record->pid_namespace; }
  SECTION("dead") { entry.liveness = registry::Liveness::dead; }
  w.adoption.adopt(entry);
  test::run_ready(w.io);
  w.end();
  test::run_ready(w.io);
  CHECK(w.gone.empty());
}
