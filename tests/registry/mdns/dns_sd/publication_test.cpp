// Publishing through dns_sd.h, with a library that does what a test says.
#include "tests/registry/mdns/dns_sd/support/machine.h"

using namespace berth;
using namespace berth::mdns;
using namespace std::chrono_literals;
using berth::test::DnsSdService;
using berth::test::kLocalOnly;
using State = Status::State;

namespace {
const std::string kName = "berth-7f9c24e8";
const Status kNotRunning{
    State::unavailable, {}, "the mDNS daemon does not run (-65563)"};
}  // namespace

TEST_CASE("a service is registered for this machine only", "[mdns][dns_sd]") {
  DnsSdService machine;
  CHECK(machine.library.calls.empty());  // no call from inside publish()
  machine.run();
  REQUIRE(machine.library.count("register") == 1);
  const auto& call = machine.library.calls[0];
  CHECK(call.interface == kLocalOnly);
  CHECK(call.name == kName);
  CHECK(call.port == 8766);
  CHECK(call.txt == to_wire(to_txt(machine.service)));
  CHECK(machine.publication->status().state == State::registering);
  machine.library.registered(machine.library.live("register"));
  machine.run();
  CHECK(machine.publication->status() == Status{State::published, kName, {}});
  machine.publication.reset();
  CHECK(machine.library.live_count() == 0);
}

TEST_CASE("a name that is taken is changed until one is free",
          "[mdns][dns_sd]") {
  DnsSdService machine;
  SECTION("where the library says so at once") {
    machine.library.answer = [&](const auto& call) {
      return call.name == kName || call.name == kName + "-2"
                 ? kDNSServiceErr_NameConflict
                 : kDNSServiceErr_NoError;
    };
    machine.publish();
    CHECK(machine.library.count("register") == 3);
  }
  SECTION("where it says so later") {
    for (int i = 0; i < 2; ++i) {
      machine.run();
      machine.library.registered(machine.library.live("register"),
                                 kDNSServiceErr_NameConflict);
    }
    machine.publish();
    CHECK(machine.library.count("register") == 3);
  }
  CHECK(machine.publication->status() ==
        Status{State::published, kName + "-3", {}});
  CHECK(machine.library.live_count() == 1);
}

TEST_CASE("where every name is taken, the daemon is left alone for a while",
          "[mdns][dns_sd]") {
  DnsSdService machine;
  const Status taken{
      State::unavailable, {}, "the mDNS daemon has no free name (-65548)"};
  SECTION("at once") {
    machine.answer("register", kDNSServiceErr_NameConflict);
    machine.run();
  }
  SECTION("later") {
    for (int i = 0; i < 16; ++i) {
      machine.run();
      machine.library.registered(machine.library.live("register"),
                                 kDNSServiceErr_NameConflict);
    }
    machine.run();
  }
  CHECK(machine.library.count("register") == 16);
  CHECK(machine.library.calls.back().name == kName + "-16");
  CHECK(machine.publication->status() == taken);
  machine.library.answer = nullptr;
  machine.advance(250ms);
  machine.publish();
  CHECK(machine.publication->status().name == kName);
}

TEST_CASE("denied by policy is quiet and for good", "[mdns][dns_sd]") {
  const auto [code, reason] = GENERATE(table<DNSServiceErrorType, std::string>(
      {{-65570, "local network access is not allowed (-65570)"},
       {-65555, "the mDNS daemon does not allow it (-65555)"}}));
  DnsSdService machine;
  const bool at_once = GENERATE(true, false);
  if (at_once) machine.answer("register", code);
  machine.run();
  if (!at_once)
    machine.library.registered(machine.library.live("register"), code);
  machine.run();
  const Status denied{State::denied, {}, reason};
  CHECK(machine.publication->status() == denied);
  CHECK(machine.told.all.back() == denied);
  machine.advance(24h);
  CHECK(machine.library.count("register") == 1);
  CHECK(machine.library.live_count() == 0);
  CHECK(machine.timers.pending() == 0);
  CHECK(machine.publication->update(machine.service));
}

TEST_CASE("a daemon that is not there is asked again, ever more rarely",
          "[mdns][dns_sd]") {
  DnsSdService machine;
  machine.answer("register", kServiceNotRunning);
  machine.run();
  CHECK(machine.publication->status() == kNotRunning);
  CHECK(machine.told.all == std::vector{kNotRunning});
  for (auto step = 250ms; step < 30s; step *= 2) {
    const int before = machine.library.count("register");
    auto waited = 0ms;
    for (; machine.library.count("register") == before; waited += 1ms)
      machine.advance(1ms);
    CHECK(waited >= step / 2);
    CHECK(waited <= step);
  }
  const int before = machine.library.count("register");
  machine.advance(10min);
  CHECK(machine.library.count("register") >= before + 20);
  CHECK(machine.library.count("register") <= before + 40);
  CHECK(machine.told.all == std::vector{kNotRunning});  // told once

  machine.library.answer = nullptr;
  machine.advance(30s);
  machine.publish();
  CHECK(machine.publication->status() == Status{State::published, kName, {}});
}

TEST_CASE("a daemon that goes is come back to at once", "[mdns][dns_sd]") {
  DnsSdService machine;
  machine.answer("register", kServiceNotRunning);
  machine.advance(1h);  // the backoff is at its longest
  machine.library.answer = nullptr;
  machine.advance(30s);
  machine.publish();

  SECTION("where reading its answer fails") {
    machine.library.broken(machine.library.live("register"),
                           kServiceNotRunning);
    machine.run();
    CHECK(machine.publication->status() == kNotRunning);
  }
  SECTION("where a reply says so, as Avahi's library has it") {
    machine.library.registered(machine.library.live("register"),
                               kDNSServiceErr_Unknown);
    machine.run();
    CHECK(machine.publication->status() ==
          Status{State::unavailable,
                 {},
                 "no answer from an mDNS daemon (-65537)"});
  }
  CHECK(machine.library.live_count() == 0);
  machine.advance(250ms);
  machine.publish();
  CHECK(machine.publication->status() == Status{State::published, kName, {}});
}

TEST_CASE("an operation without a descriptor is tried again",
          "[mdns][dns_sd]") {
  DnsSdService machine;
  machine.library.without_descriptors = true;
  machine.run();
  CHECK(machine.publication->status() ==
        Status{State::unavailable, {}, "the mDNS library failed (-65541)"});
  CHECK(machine.told.all.size() == 1);
  CHECK(machine.library.live_count() == 0);
  machine.library.without_descriptors = false;
  machine.advance(250ms);
  machine.publish();
  CHECK(machine.publication->status() == Status{State::published, kName, {}});
}

TEST_CASE("where LocalOnly is unknown, the loopback interface serves",
          "[mdns][dns_sd]") {
  DnsSdService machine;
  const auto lo = Scope::this_machine()->interface_index();
  machine.library.answer = [](const auto& call) {
    return call.interface == kLocalOnly ? kDNSServiceErr_Unsupported
                                        : kDNSServiceErr_NoError;
  };
  machine.publish();
  CHECK(machine.publication->status().state == State::published);
  CHECK(machine.library.calls.back().interface == lo);
  const auto browser = machine.mdns.browse(nullptr, nullptr);
  machine.run();
  CHECK(machine.library.live("browse")->interface == lo);
  machine.advance(1s);  // who does not listen is told nothing
  CHECK(browser->status().state == State::published);
}

TEST_CASE("a library that can do neither is asked again later",
          "[mdns][dns_sd]") {
  DnsSdService machine;
  machine.answer("register", kDNSServiceErr_Unsupported);
  machine.run();
  CHECK(machine.library.count("register") == 2);
  CHECK(machine.publication->status() ==
        Status{State::unavailable, {}, "the mDNS library failed (-65544)"});
}

TEST_CASE("other facts change the TXT record, another port the service",
          "[mdns][dns_sd]") {
  DnsSdService machine;
  machine.publish();
  auto& service = machine.service;
  CHECK(machine.publication->update(service));
  CHECK(machine.library.calls.size() == 1);  // nothing changed
  service.chain_id = "0x2";
  CHECK(machine.publication->update(service));
  CHECK(machine.publication->update(service));
  REQUIRE(machine.library.count("update") == 1);
  CHECK(machine.library.calls.back().txt == to_wire(to_txt(service)));
  CHECK(machine.publication->status().state == State::published);

  Service wrong = service;
  wrong.chain_id = "mainnet";
  CHECK(machine.publication->update(wrong).error().code == Errc::invalid);
  CHECK(machine.library.count("update") == 1);

  service.port = 8767;
  CHECK(machine.publication->update(service));
  CHECK(machine.library.live_count() == 0);  // withdrawn at once
  service.port = 8768;
  CHECK(machine.publication->update(service));  // before the first is done
  machine.publish();
  CHECK(machine.library.count("register") == 2);
  CHECK(machine.library.live("register")->port == 8768);
  CHECK(machine.library.live_count() == 1);
  CHECK(machine.publication->status() == Status{State::published, kName, {}});
}

TEST_CASE("facts that change before the daemon answered are told then",
          "[mdns][dns_sd]") {
  DnsSdService machine;
  machine.run();
  machine.service.chain_id = "0x2";
  CHECK(machine.publication->update(machine.service));
  CHECK(machine.library.count("update") == 0);
  machine.publish();
  CHECK(machine.library.calls.back().txt == to_wire(to_txt(machine.service)));
}

TEST_CASE("facts that the daemon does not take are told to the next",
          "[mdns][dns_sd]") {
  DnsSdService machine;
  machine.publish();
  machine.answer("update", kServiceNotRunning);
  machine.service.chain_id = "0x2";
  CHECK(machine.publication->update(machine.service));
  CHECK(machine.publication->status() == kNotRunning);
  CHECK(!machine.told.is(State::unavailable));  // not from inside update()
  machine.advance(250ms);
  CHECK(machine.library.calls.back().kind == "register");
  CHECK(machine.library.calls.back().txt == to_wire(to_txt(machine.service)));
}

TEST_CASE("nothing that a library would cut off or die of reaches it",
          "[mdns][dns_sd]") {
  test::DnsSdMachine machine;
  Announcement good;
  good.name = kName;
  good.port = 8766;
  DNSServiceRef ref = nullptr;
  const auto refused = [&](const Announcement& announcement) {
    return register_service(machine.library.api, &ref, {}, announcement,
                            nullptr, nullptr) == kDNSServiceErr_BadParam;
  };
  for (const auto& name :
       {std::string(), std::string(64, 'n'), std::string("\xff"),
        std::string("a\0b", 3), std::string("a\nb")}) {
    Announcement bad = good;
    bad.name = name;
    CHECK(refused(bad));
    CHECK(update_txt(machine.library.api, nullptr, bad) ==
          kDNSServiceErr_BadParam);
    CHECK(resolve(machine.library.api, &ref, {}, name, nullptr, nullptr) ==
          kDNSServiceErr_BadParam);
  }
  Announcement bad = good;
  bad.type = "_other._tcp";
  CHECK(refused(bad));
  bad = good;
  bad.port = 0;
  CHECK(refused(bad));
  bad = good;
  bad.txt = {Bytes(256, 'k')};
  CHECK(refused(bad));
  CHECK(update_txt(machine.library.api, nullptr, bad) ==
        kDNSServiceErr_BadParam);
  Service service{.id = "x", .port = 1, .chain_id = ""};
  CHECK(machine.mdns.publish(service, nullptr).error().code == Errc::invalid);
  machine.run();
  CHECK(machine.library.calls.empty());
}

TEST_CASE("what ends while its answer waits in the loop is not read",
          "[mdns][dns_sd]") {
  DnsSdService machine;
  machine.run();
  machine.library.registered(machine.library.live("register"));
  // So many turns of the loop later; in one of them the wait is over, and what
  // it woke has not run.
  const int turns = GENERATE(range(0, 8));
  std::function<void(int)> end_after = [&](int left) {
    asio::post(machine.io, [&, left] {
      if (left > 0) return end_after(left - 1);
      machine.publication.reset();
    });
  };
  end_after(turns);
  const auto other = machine.mdns.browse(nullptr, nullptr);
  machine.run();
  CHECK(machine.library.live("register") == nullptr);
}

TEST_CASE("what was read and not acted on when it ends is not told",
          "[mdns][dns_sd]") {
  DnsSdService machine;
  machine.run();
  auto* ref = machine.library.live("register");
  machine.library.registered(ref);
  while (!ref->replies.empty()) machine.io.poll_one();
  machine.publication.reset();
  machine.run();
  CHECK(machine.told.all.back().state == State::registering);
}
