// What the fake can do beyond the contract.
#include "tests/registry/mdns/support/watcher.h"
#include "tests/support/catch.h"
#include "tests/support/fake_mdns.h"
#include "tests/support/io.h"

using namespace berth;
using namespace berth::mdns;
using berth::test::run_ready;
using State = Status::State;

namespace {

const Service kService{
    .id = "7f9c24e8-3b12-4fef-91e0-5d2b6a7c8e90", .port = 8766, .chain_id = ""};
const std::string kName = service_name(kService.id);

struct Machine {
  asio::io_context io{1};
  test::FakeLink link{io.get_executor()};
  test::FakeMdns mdns{link};
  test::Watcher watcher{mdns};
  test::Told told;
  std::unique_ptr<Publication> publication =
      *mdns.publish(kService, told.on_status());
};

}  // namespace

TEST_CASE("denied is for good, of what is there and what comes", "[mdns]") {
  Machine machine;
  run_ready(machine.io);
  machine.link.deny("not here");
  test::Told later;
  const auto second = machine.mdns.publish(kService, later.on_status());
  run_ready(machine.io);
  const Status denied{State::denied, {}, "not here"};
  CHECK(machine.publication->status() == denied);
  CHECK((*second)->status() == denied);
  CHECK(machine.watcher.browser->status() == denied);
  CHECK(machine.watcher.present.empty());
  machine.link.start();
  run_ready(machine.io);
  CHECK(machine.publication->status() == denied);
  CHECK(later.all == std::vector{denied});
}

TEST_CASE("a name that another program takes away is changed", "[mdns]") {
  Machine machine;
  run_ready(machine.io);
  machine.link.forge(kName, 4711, {});
  run_ready(machine.io);
  const std::string second = service_name(kService.id, 2);
  CHECK(machine.publication->status().name == second);
  CHECK(machine.watcher.sees(second, kService));
  CHECK(machine.watcher.present[kName].port == 4711);
  CHECK(machine.told.has(State::registering));
  machine.link.withdraw(kName);
  run_ready(machine.io);
  CHECK(machine.watcher.lost == std::vector{kName});
}

TEST_CASE("a forged record may have any name", "[mdns]") {
  Machine machine;
  machine.link.forge("\xff\n", 0, {{0}});
  run_ready(machine.io);
  CHECK(machine.watcher.present["\xff\n"].problem ==
        "service name is no UTF-8: \"\\xff\\n\"");
}
