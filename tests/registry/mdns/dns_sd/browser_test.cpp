// Browsing through dns_sd.h, with a library that does what a test says.
#include "registry/mdns/dns_sd_browser.h"
#include "tests/registry/mdns/dns_sd/support/machine.h"

using namespace berth;
using namespace berth::mdns;
using namespace std::chrono_literals;
using berth::test::DnsSdMachine;
using berth::test::kLocalOnly;
using State = Status::State;
using What = Sighting::What;

namespace {

const Service kService{.id = "7f9c24e8-3b12-4fef-91e0-5d2b6a7c8e90",
                       .port = 8766,
                       .chain_id = "0x1"};
const Bytes kWire = to_wire(to_txt(kService));

struct Browsing : DnsSdMachine {
  test::Watcher watcher{mdns};
  Browsing() { run(); }

  void add(const std::string& name) {
    library.browsed(library.live("browse"), true, name, kLocalOnly);
    run();
  }
  void remove(const std::string& name) {
    library.browsed(library.live("browse"), false, name, kLocalOnly);
    run();
  }
  void resolve(std::uint16_t port, const Bytes& wire) {
    library.resolved(library.live("resolve"), port, wire, kLocalOnly);
    run();
  }
};

}  // namespace

TEST_CASE("what is there is resolved, told, and told again when it changes",
          "[mdns][dns_sd]") {
  Browsing machine;
  machine.add("one");
  CHECK(machine.library.live("resolve")->name == "one");
  CHECK(machine.library.live("resolve")->interface == kLocalOnly);
  CHECK(!machine.watcher.sees("one"));
  machine.resolve(8766, kWire);
  CHECK(machine.watcher.present["one"] == Seen{"one", 8766, {}, kService});
  machine.watcher.present.clear();
  machine.resolve(8766, kWire);
  CHECK(!machine.watcher.sees("one"));  // the same is not told again
  machine.resolve(8767, kWire);
  CHECK(machine.watcher.present["one"].port == 8767);
  machine.add("one");  // the other address family's
  CHECK(machine.library.count("resolve") == 1);
  machine.remove("one");
  CHECK(machine.watcher.lost == std::vector<std::string>{"one"});
  CHECK(machine.library.live("resolve") == nullptr);
}

TEST_CASE("a name that nothing is known of yet is not told as lost",
          "[mdns][dns_sd]") {
  Browsing machine;
  machine.add("one");
  machine.remove("one");
  machine.remove("never seen");
  CHECK(machine.watcher.lost.empty());
}

TEST_CASE("row 41: another interface's records do not count",
          "[mdns][dns_sd]") {
  Browsing machine;
  const std::uint32_t elsewhere = GENERATE(0U, 1U, 2U);
  auto& library = machine.library;
  library.browsed(library.live("browse"), true, "evil", elsewhere);
  machine.run();
  CHECK(library.count("resolve") == 0);
  machine.add("one");
  library.resolved(library.live("resolve"), 4711, kWire, elsewhere);
  machine.run();
  CHECK(!machine.watcher.sees("one"));
  machine.resolve(8766, kWire);
  library.browsed(library.live("browse"), false, "one", elsewhere);
  machine.run();
  CHECK(machine.watcher.sees("one"));
}

TEST_CASE("a name that would harm the library is told and not resolved",
          "[mdns][dns_sd]") {
  Browsing machine;
  machine.add("\xff\xfe");
  machine.add(std::string(64, 'n'));
  CHECK(machine.library.count("resolve") == 0);
  CHECK(machine.watcher.present["\xff\xfe"] ==
        Seen{"\xff\xfe", 0, "service name is no UTF-8: \"\\xff\\xfe\"", {}});
  CHECK(machine.watcher.sees(std::string(64, 'n')));
  machine.remove("\xff\xfe");
  CHECK(!machine.watcher.sees("\xff\xfe"));
}

TEST_CASE("a record that is none of ours is told with its problem",
          "[mdns][dns_sd]") {
  Browsing machine;
  machine.add("one");
  machine.resolve(4711, {5, 'a'});
  CHECK(
      machine.watcher.present["one"] ==
      Seen{"one", 4711, "TXT string reaches beyond the end of its record", {}});
  machine.resolve(4711, {});
  CHECK(machine.watcher.present["one"].problem == "TXT has no txtvers=1");
  machine.resolve(0, kWire);
  CHECK(machine.watcher.present["one"].problem == "port must be 1 to 65535: 0");
}

TEST_CASE("a name that does not resolve is asked for again", "[mdns][dns_sd]") {
  Browsing machine;
  SECTION("refused at once") {
    machine.answer("resolve", kDNSServiceErr_Refused);
    machine.add("one");
    machine.library.answer = nullptr;
  }
  SECTION("given up by a reply") {
    machine.add("one");
    machine.library.resolved(machine.library.live("resolve"), 0, {}, 0,
                             kDNSServiceErr_Unknown);
    machine.run();
  }
  SECTION("broken off") {
    machine.add("one");
    machine.library.broken(machine.library.live("resolve"), kServiceNotRunning);
    machine.run();
  }
  CHECK(machine.library.live("resolve") == nullptr);
  CHECK(machine.watcher.browser->status().state == State::registering);
  machine.advance(250ms);
  REQUIRE(machine.library.count("resolve") == 2);
  machine.resolve(8766, kWire);
  CHECK(machine.watcher.sees("one", kService));
}

TEST_CASE("a name that resolved is asked for again at once", "[mdns][dns_sd]") {
  Browsing machine;
  machine.answer("resolve", kDNSServiceErr_Refused);
  machine.add("one");
  machine.advance(1h);  // the backoff is at its longest
  machine.library.answer = nullptr;
  machine.advance(30s);
  machine.resolve(8766, kWire);
  const int before = machine.library.count("resolve");
  machine.library.broken(machine.library.live("resolve"), kServiceNotRunning);
  machine.run();
  CHECK(machine.watcher.sees("one"));
  machine.advance(250ms);
  CHECK(machine.library.count("resolve") == before + 1);
}

TEST_CASE("row 42: a flood of records holds no more than so many descriptors",
          "[mdns][dns_sd]") {
  Browsing machine;
  for (int i = 0; i < 300; ++i) machine.add("n" + std::to_string(i));
  CHECK(machine.library.count("resolve") == DnsSdBrowser::kMaxRecords);
  CHECK(machine.library.live_count() == DnsSdBrowser::kMaxRecords + 1);
  machine.remove("n0");
  machine.add("late");
  CHECK(machine.library.live("resolve")->name == "late");
}

TEST_CASE("a browser is settled once all that it heard of is known",
          "[mdns][dns_sd]") {
  Browsing machine;
  SECTION("nothing is there") {
    machine.advance(249ms);
    CHECK(machine.watcher.settled == 0);
    CHECK(machine.watcher.browser->status().state == State::registering);
    machine.advance(1ms);
    CHECK(machine.watcher.browser->status() ==
          Status{State::published, {}, {}});
  }
  SECTION("a name is resolved late") {
    machine.add("one");
    machine.advance(500ms);
    CHECK(machine.watcher.browser->status().state == State::published);
    CHECK(machine.watcher.settled == 0);
    machine.resolve(8766, kWire);
    machine.advance(250ms);
  }
  SECTION("a name is never resolved") {
    machine.add("one");
    machine.advance(999ms);
    CHECK(machine.watcher.settled == 0);
    machine.advance(1ms);
  }
  CHECK(machine.watcher.settled == 1);
  machine.advance(1h);
  CHECK(machine.watcher.settled == 1);
}

TEST_CASE("Avahi's imitation is given longer to tell what is there",
          "[mdns][dns_sd]") {
  DnsSdMachine machine;
  machine.library.answer = [](const auto& call) {
    return call.interface == kLocalOnly ? kDNSServiceErr_Unsupported
                                        : kDNSServiceErr_NoError;
  };
  test::Watcher watcher(machine.mdns);
  machine.run();
  machine.advance(999ms);
  CHECK(watcher.settled == 0);
  machine.advance(1ms);
  CHECK(watcher.settled == 1);
}

TEST_CASE("when the daemon goes all is lost, and found again when it is back",
          "[mdns][dns_sd]") {
  Browsing machine;
  machine.add("one");
  machine.resolve(8766, kWire);
  machine.add("unresolved");
  machine.advance(1s);
  auto& library = machine.library;
  SECTION("where reading its answer fails") {
    library.broken(library.live("browse"), kServiceNotRunning);
  }
  SECTION("where a reply says so, as Avahi's library has it") {
    library.browsed(library.live("browse"), false, "", 0,
                    kDNSServiceErr_Unknown);
  }
  machine.run();
  CHECK(machine.watcher.status.is(State::unavailable));
  CHECK(machine.watcher.lost == std::vector<std::string>{"one"});
  CHECK(library.live_count() == 0);
  machine.advance(250ms);
  machine.add("one");
  machine.resolve(8766, kWire);
  CHECK(machine.watcher.sees("one", kService));
  machine.advance(250ms);
  CHECK(machine.watcher.status.is(State::published));
  CHECK(machine.watcher.settled == 2);
}

TEST_CASE("a daemon that goes before a browser is settled settles nothing",
          "[mdns][dns_sd]") {
  Browsing machine;
  machine.answer("browse", kServiceNotRunning);
  machine.library.broken(machine.library.live("browse"), kServiceNotRunning);
  machine.run();
  machine.advance(1h);
  CHECK(machine.watcher.settled == 0);
  CHECK(machine.watcher.status.all.size() == 2);  // registering, unavailable
}
