// The dns_sd backend on a library and a clock that do what a test says.
#pragma once

#include "registry/mdns/dns_sd_mdns.h"
#include "tests/registry/mdns/dns_sd/support/fake_dns_sd.h"
#include "tests/registry/mdns/support/watcher.h"
#include "tests/support/catch.h"
#include "tests/support/fake_timers.h"
#include "tests/support/io.h"

namespace berth::test {

inline constexpr std::uint32_t kLocalOnly = kDNSServiceInterfaceIndexLocalOnly;

struct DnsSdMachine {
  DnsSdMachine() = default;
  DnsSdMachine(const DnsSdMachine&) = delete;
  DnsSdMachine& operator=(const DnsSdMachine&) = delete;
  ~DnsSdMachine() { CHECK(library.faults == std::vector<std::string>{}); }

  void run() { run_ready(io); }
  void advance(Timers::Clock::duration time) {
    timers.advance(time);
    run();
  }
  // The library answers each call of `kind` with `code` until told otherwise.
  void answer(const std::string& kind, DNSServiceErrorType code) {
    library.answer = [=](const FakeDnsSd::Ref& call) {
      return call.kind == kind ? code : kDNSServiceErr_NoError;
    };
  }

  asio::io_context io{1};
  FakeTimers timers;
  FakeDnsSd library;
  mdns::DnsSdMdns mdns{library.api, io.get_executor(), timers};
};

// A service that the backend publishes.
struct DnsSdService : DnsSdMachine {
  mdns::Service service{.id = "7f9c24e8-3b12-4fef-91e0-5d2b6a7c8e90",
                        .port = 8766,
                        .chain_id = "0x1"};
  Told told;
  std::unique_ptr<mdns::Publication> publication =
      *mdns.publish(service, told.on_status());

  void publish() {
    run();
    library.registered(library.live("register"));
    run();
  }
};

}  // namespace berth::test
